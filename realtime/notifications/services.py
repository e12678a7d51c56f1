"""Notifying: one row, its event and the unread count in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from realtime.events import Publisher, publishing
from realtime.notifications.models import Notification, NotificationQuerySet
from realtime.notifications.ways import Ways, ways_for

IDS_A_FRAME = 500
"""Ids in one `notification.read`: a frame is at most 32 KiB (interface §4)."""


def notification_payload(notification: Notification) -> dict[str, Any]:
    """A notification as the API and its events give it (interface §4)."""
    fields = "kind subject title body url count seen_at read_at archived_at created_at muted".split()
    return {"id": str(notification.pk)} | {field: getattr(notification, field) for field in fields}


def unread_of(user_id: UUID) -> int:
    """How many unread notifications a user has: the number on the bell."""
    return Notification.objects.filter(user=user_id).unread().count()


def notify(
    publisher: Publisher,
    user_id: UUID,
    kind: Notification.Kind,
    *,
    subject: str,
    title: str,
    body: str,
    url: str,
) -> None:
    """Tell a user something, as their preferences, mutes and quiet hours want it.

    An unread notification about the same `subject` is updated and counts up.
    """
    now = timezone.now()
    ways = ways_for([user_id], kind, subject, now)[user_id]
    told = {"kind": kind, "title": title, "body": body, "url": url}
    ways.tell_chat(publisher, user_id, told)
    notification, again = _write(user_id, subject, told, ways, now)
    if ways.site:
        publisher.tell(
            user_id,
            "notification.updated" if again else "notification.created",
            notification=notification_payload(notification),
            unread=partial(unread_of, user_id),
            popup=ways.pops_up,
        )
    ways.tell_outside(publisher, notification)


def _write(
    user_id: UUID, subject: str, told: dict[str, Any], ways: Ways, now: datetime
) -> tuple[Notification, bool]:
    """The row and whether it was there. What the site is not to show is archived as it is made."""
    mine = Notification.objects.filter(user=user_id, subject=subject)
    same = mine.unread() if ways.site else mine.silent()
    told = told | {"created_at": now, "archived_at": None if ways.site else now}
    again = same.update(**told, count=F("count") + 1, seen_at=None) if subject else 0
    if again:
        return same.get(created_at=now), True
    return Notification.objects.create(user_id=user_id, subject=subject, **told), False


def mark_read(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Mark these notifications, or all of them, as read. Returns the new unread count."""
    with publishing() as publisher:
        changed = list(_chosen(user_id, ids).unread().select_for_update().values_list("pk", flat=True))
        Notification.objects.filter(pk__in=changed).update(read_at=timezone.now())
        tell_read(publisher, user_id, changed)
    return unread_of(user_id)


def mark_archived(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Put these notifications, or all of them, away: they count as read."""
    return _mark(user_id, ids, "archived_at")


def mark_seen(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Note that these notifications, or all of them, were on a screen. They stay unread."""
    return _mark(user_id, ids, "seen_at")


def tell_read(publisher: Publisher, user_id: UUID, ids: Sequence[UUID]) -> None:
    """Tell that these notifications were read, in frames of a size that sockets take."""
    unread = cache(partial(unread_of, user_id))
    for first in range(0, len(ids), IDS_A_FRAME):
        part = [str(pk) for pk in ids[first : first + IDS_A_FRAME]]
        publisher.tell(user_id, "notification.read", ids=part, unread=unread)


def tell_changed(publisher: Publisher, user_id: UUID, changed: Collection[UUID]) -> None:
    """Tell how these notifications are now, which is no news."""
    unread = cache(partial(unread_of, user_id))
    for notification in Notification.objects.filter(pk__in=changed).with_mutes().order_by("created_at"):
        payload = notification_payload(notification)
        publisher.tell(user_id, "notification.updated", notification=payload, unread=unread, popup=False)


def _chosen(user_id: UUID, ids: Sequence[UUID] | None) -> NotificationQuerySet:
    mine = Notification.objects.filter(user=user_id)
    return mine if ids is None else mine.filter(pk__in=ids)


def _mark(user_id: UUID, ids: Sequence[UUID] | None, field: str) -> int:
    """Set the time `field` where it is not set yet, and tell each notification that it changed."""
    with publishing() as publisher:
        unset = _chosen(user_id, ids).filter(**{"archived_at": None, field: None}).select_for_update()
        changed = list(unset.values_list("pk", flat=True))
        Notification.objects.filter(pk__in=changed).update(**{field: timezone.now()})
        tell_changed(publisher, user_id, changed)
    return unread_of(user_id)
