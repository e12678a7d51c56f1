"""The rows of the durable queue: taking what is due, and what becomes of it (design §4).

A row that was taken is due again after `HOLD_SECONDS`: whoever took it may have died, having sent it or not.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from realtime.models import Delivery, OpenSocket, Subscription

HOLD_SECONDS = 60
"""Longer than whoever took a row needs to send it."""
ACTIVE_SECONDS = 5
"""A browser whose user looks at a page is told later by so much: the page may have shown it meanwhile."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 3_600
LONGEST_RETRY_AFTER_SECONDS = 6 * 3_600
TRIES = 31
"""With those pauses they take about a day."""


def claim(limit: int) -> list[Delivery]:
    """Take up to `limit` deliveries that are due; what nobody needs any more goes."""
    now = timezone.now()
    if not _due(now).exists():
        return []
    with transaction.atomic():
        locked = _due(now).select_for_update(skip_locked=True, of=("self",)).order_by("due_at")
        rows = list(locked.select_related("notification__user", "subscription", "target")[:limit])
        needed = [row for row in rows if row.attempts < TRIES and is_needed(row)]
        Delivery.objects.filter(pk__in=[row.pk for row in rows if row not in needed]).delete()
        held_until = now + timedelta(seconds=HOLD_SECONDS)
        Delivery.objects.filter(pk__in=[row.pk for row in needed]).update(
            due_at=held_until, attempts=F("attempts") + 1
        )
    for row in needed:
        row.due_at = held_until
        row.attempts += 1
    return needed


def _due(now: datetime) -> QuerySet[Delivery]:
    watched = OpenSocket.objects.alive().filter(user=OuterRef("notification__user"), active_until__gt=now)
    waits = Q(subscription__isnull=False, due_at__gt=now - timedelta(seconds=ACTIVE_SECONDS))
    return Delivery.objects.filter(due_at__lte=now).exclude(waits & Exists(watched))


def is_needed(delivery: Delivery) -> bool:
    """Whether there is still somebody to tell, who has not met it yet, at an address that is theirs."""
    notification = delivery.notification
    if notification.is_settled or not notification.user.is_active:
        return False
    if delivery.subscription_id:
        return delivery.subscription is not None and delivery.subscription.user_id == notification.user_id
    return delivery.target_id is None or delivery.target is not None


def end(delivery: Delivery) -> None:
    """It needs no more tries. One that was told again meanwhile is not the same any more."""
    Delivery.objects.filter(pk=delivery.pk, revision=delivery.revision).delete()


def sent(delivery: Delivery) -> None:
    end(delivery)
    if delivery.subscription_id:
        Subscription.objects.filter(pk=delivery.subscription_id).update(used_at=timezone.now())


def postpone(delivery: Delivery, seconds: float | None) -> bool:
    """Try again later, `seconds` at least where the other side said so. False when it was the last try."""
    if delivery.attempts >= TRIES:
        end(delivery)
        return False
    doubled = FIRST_PAUSE_SECONDS * 2 ** (delivery.attempts - 1)
    pause = min(doubled, LONGEST_PAUSE_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311
    pause = max(pause, min(seconds or 0, LONGEST_RETRY_AFTER_SECONDS))
    held = Delivery.objects.filter(pk=delivery.pk, revision=delivery.revision, due_at=delivery.due_at)
    held.update(due_at=timezone.now() + timedelta(seconds=pause))
    return True


def forget_browser(subscription: Subscription) -> None:
    """It goes, and with it all that waits for it."""
    Subscription.objects.filter(pk=subscription.pk).delete()
