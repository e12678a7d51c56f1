"""Notifying: one row, its event and the unread count in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from realtime.events import Publisher, publishing
from realtime.notifications.models import Notification


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
    return _mark(user_id, ids, "notification.read", read_at=timezone.now())


def mark_archived(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Put these notifications, or all of them, away: they count as read."""
    return _mark(user_id, ids, "notification.read", archived_at=timezone.now())


def mark_seen(user_id: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Note that these notifications, or all of them, were on a screen. They stay unread."""
    unseen = _chosen(user_id, ids).filter(seen_at=None)
    with publishing() as publisher:
        changed = list(unseen)
        unseen.update(seen_at=timezone.now())
        for notification in Notification.objects.filter(pk__in=[row.pk for row in changed]):
            payload = notification_payload(notification)
            publisher.tell(user_id, "notification.updated", notification=payload, unread=unread_of(user_id))
    return unread_of(user_id)


def _chosen(user_id: UUID, ids: Sequence[UUID] | None) -> Any:
    mine = Notification.objects.filter(user=user_id)
    return mine if ids is None else mine.filter(pk__in=ids)


def _mark(user_id: UUID, ids: Sequence[UUID] | None, kind: str, **facts: Any) -> int:
    (field,) = facts
    with publishing() as publisher:
        changed = _chosen(user_id, ids).filter(**{field: None}).update(**facts)
        unread = unread_of(user_id)
        if changed:
            which = {"all": True} if ids is None else {"ids": [str(pk) for pk in ids]}
            publisher.tell(user_id, kind, **which, unread=unread)
    return unread
