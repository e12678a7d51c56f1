"""Notifying: one row, its event and the unread count in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from realtime.events import Publisher, publishing
from realtime.notifications.models import Notification

IDS_A_FRAME = 500
"""Ids in one `notification.read`: a frame is at most 32 KiB (interface §4)."""


def notification_payload(notification: Notification) -> dict[str, Any]:
    """A notification as the API and its events give it (interface §4)."""
    fields = "kind title body url count seen_at read_at archived_at created_at".split()
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
    """Tell a user something. An unread notification about the same `subject` is updated and counts up."""
    told = {"kind": kind, "title": title, "body": body, "url": url}
    same = Notification.objects.filter(user=user_id, subject=subject).unread()
    again = (
        same.update(**told, count=F("count") + 1, seen_at=None, created_at=timezone.now()) if subject else 0
    )
    notification = (
        same.get() if again else Notification.objects.create(user_id=user_id, subject=subject, **told)
    )
    publisher.tell(
        user_id,
        "notification.updated" if again else "notification.created",
        notification=notification_payload(notification),
        unread=unread_of(user_id),
    )


def mark_read(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Mark these notifications, or all of them, as read. Returns the new unread count."""
    with publishing() as publisher:
        unread_ones = _chosen(user_id, ids).filter(read_at=None)
        changed = list(unread_ones.values_list("pk", flat=True))
        unread_ones.update(read_at=timezone.now())
        tell_read(publisher, user_id, changed, everything=ids is None)
    return unread_of(user_id)


def mark_archived(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Put these notifications, or all of them, away: they count as read."""
    return _mark(user_id, ids, "archived_at")


def mark_seen(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Note that these notifications, or all of them, were on a screen. They stay unread."""
    return _mark(user_id, ids, "seen_at")


def tell_read(publisher: Publisher, user_id: UUID, ids: Sequence[UUID], *, everything: bool = False) -> None:
    """Tell that notifications were read: all of them, or these in frames of a size that sockets take."""
    unread = unread_of(user_id)
    if everything and ids:
        publisher.tell(user_id, "notification.read", all=True, unread=unread)
        return
    for first in range(0, len(ids), IDS_A_FRAME):
        part = [str(pk) for pk in ids[first : first + IDS_A_FRAME]]
        publisher.tell(user_id, "notification.read", ids=part, unread=unread)


def _chosen(user_id: UUID, ids: Sequence[UUID] | None) -> QuerySet[Notification]:
    mine = Notification.objects.filter(user=user_id)
    return mine if ids is None else mine.filter(pk__in=ids)


def _mark(user_id: UUID, ids: Sequence[UUID] | None, field: str) -> int:
    """Set the time `field` where it is not set yet, and tell each notification that it changed."""
    with publishing() as publisher:
        changed = list(_chosen(user_id, ids).filter(**{field: None}).values_list("pk", flat=True))
        Notification.objects.filter(pk__in=changed).update(**{field: timezone.now()})
        unread = unread_of(user_id)
        for notification in Notification.objects.filter(pk__in=changed).order_by("created_at"):
            payload = notification_payload(notification)
            publisher.tell(user_id, "notification.updated", notification=payload, unread=unread)
    return unread
