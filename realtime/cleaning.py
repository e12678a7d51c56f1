"""Old events and notifications go (design §4), in batches small enough to share the database."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from realtime.events import publishing
from realtime.models import Event, Notification
from realtime.notifications.services import tell_read

EVENTS_FOR = timedelta(days=7)
NOTIFICATIONS_FOR = timedelta(days=90)
BATCH = 1_000


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete all of `rows`, each batch in a transaction of its own. Returns how many there were."""
    deleted = 0
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=batch).delete()
        deleted += len(batch)
    return deleted


def delete_old_events() -> int:
    return delete_in_batches(Event.objects.filter(created_at__lt=timezone.now() - EVENTS_FOR))


def delete_old_notifications() -> int:
    """Those that were still unread leave the bell's number, and its user is told."""
    old = Notification.objects.filter(created_at__lt=timezone.now() - NOTIFICATIONS_FOR)
    deleted = 0
    while batch := list(old.order_by("created_at")[:BATCH]):
        unread: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for notification in batch:
            if notification.read_at is None and notification.archived_at is None:
                unread[notification.user_id].append(notification.pk)
        with publishing() as publisher:
            Notification.objects.filter(pk__in=[notification.pk for notification in batch]).delete()
            for user_id, ids in unread.items():
                tell_read(publisher, user_id, ids)
        deleted += len(batch)
    return deleted
