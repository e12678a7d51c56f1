"""Old events and notifications go (design §4), in batches small enough to share the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core import drain
from core.deadlocks import repeated
from realtime.events import publishing
from realtime.models import Event, Notification
from realtime.notifications.services import tell_read

EVENTS_FOR = timedelta(days=7)
NOTIFICATIONS_FOR = timedelta(days=90)
BATCH = 1_000


def in_batches(take: Callable[[], int]) -> int:
    """Call `take`, which commits one batch and says how many rows it was, until there was none.

    A process that drains stops between two batches: the next round goes on. Returns how many rows there were.
    """
    done = 0
    while not drain.is_draining() and (taken := repeated(take)):
        done += taken
    return done


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete all of `rows`, each batch in a transaction of its own. Returns how many there were."""
    return in_batches(partial(_delete_some, rows))


def _delete_some(rows: QuerySet[Any]) -> int:
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    rows.model._base_manager.filter(pk__in=batch).delete()
    return len(batch)


def delete_old_events() -> int:
    return delete_in_batches(Event.objects.filter(created_at__lt=timezone.now() - EVENTS_FOR))


def delete_old_notifications() -> int:
    """Those that were still unread leave the bell's number, and its user is told."""
    return in_batches(_delete_some_notifications)


def _delete_some_notifications() -> int:
    old = Notification.objects.filter(created_at__lt=timezone.now() - NOTIFICATIONS_FOR)
    unread: defaultdict[UUID, list[UUID]] = defaultdict(list)
    with publishing() as publisher:
        batch = list(old.order_by("created_at").select_for_update(skip_locked=True)[:BATCH])
        for notification in batch:
            if notification.read_at is None and notification.archived_at is None:
                unread[notification.user_id].append(notification.pk)
        Notification.objects.filter(pk__in=[notification.pk for notification in batch]).delete()
        for user_id, ids in unread.items():
            tell_read(publisher, user_id, ids)
    return len(batch)
