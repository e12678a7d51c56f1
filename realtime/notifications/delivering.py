"""What leaves the house: queued with the notification, sent by the workers at least once (interface §4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from realtime import bells
from realtime.events import Publisher
from realtime.models import Delivery, Notification, Subscription, Target

COURIERS = "couriers"
"""The group of all processes that deliver."""

Address = tuple[UUID | None, UUID | None]
"""Ids of a subscription and of a target; neither stands for the user's open tabs."""


def queue_deliveries(
    _publisher: Publisher, notification: Notification, *, browser: bool, elsewhere: bool, due_at: datetime
) -> None:
    """Queue `notification` for its user's browsers and targets. What still waits there is told anew.

    Tabs have heard of it by its event; one that is due later they are told of then as well.
    """
    user_id, is_later = notification.user_id, due_at > timezone.now()
    addresses: list[Address] = []
    if browser:
        mine = Subscription.objects.filter(user=user_id).values_list("pk", flat=True)
        addresses += [(pk, None) for pk in mine]
    if browser and is_later:
        addresses.append((None, None))
    if elsewhere:
        targets = Target.objects.filter(user=user_id).values_list("pk", flat=True)
        addresses += [(None, pk) for pk in targets]
    _queue(notification, addresses, due_at)
    if addresses and not is_later:
        bells.ring_after_commit([(COURIERS, {"type": "deliveries.due"})])


def _queue(notification: Notification, addresses: list[Address], due_at: datetime) -> None:
    waiting: dict[Address, UUID] = {}
    if notification.count > 1:
        rows = Delivery.objects.filter(notification=notification).order_by("pk").select_for_update()
        waiting = {(row.subscription_id, row.target_id): row.pk for row in rows}
    again = [waiting[address] for address in addresses if address in waiting]
    Delivery.objects.filter(pk__in=again).update(revision=F("revision") + 1, attempts=0, due_at=due_at)
    Delivery.objects.bulk_create(
        Delivery(notification=notification, subscription_id=subscription, target_id=target, due_at=due_at)
        for subscription, target in addresses
        if (subscription, target) not in waiting
    )


async def deliver_for_ever() -> None:
    """Send what is due, beside any number of others who do the same."""
    from realtime.notifications.courier import Courier  # only workers need what sends

    await Courier().run()
