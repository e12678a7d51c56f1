"""One round of cleaning (interface §2, "keeping"): what is old goes, whoever runs it and how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from generator.models import (
    Case,
    CaseVersion,
    Checkpoint,
    Document,
    RequirementItem,
    Section,
    Task,
    TimelineEntry,
    Worker,
)
from generator.services import RESTORE_WITHIN, tell_deleted
from generator.transitions import move_count
from realtime.cleaning import BATCH, delete_in_batches, delete_old_events, delete_old_notifications
from realtime.events import publishing

WORKERS_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many rows a round took away."""

    expired_tasks: int
    purged_tasks: int
    events: int
    notifications: int


def clean() -> Cleaned:
    """Do one round. Safe to repeat, and to run twice at once."""
    drop_read_uploads()
    SessionStore.clear_expired()
    delete_in_batches(Worker.objects.filter(seen_at__lt=timezone.now() - WORKERS_FOR))
    return Cleaned(expire_tasks(), purge_tasks(), delete_old_events(), delete_old_notifications())


def expire_tasks() -> int:
    """Hide the tasks that ended longer ago than they are kept, too long ago to be restored."""
    if settings.TASK_RETENTION_DAYS is None:
        return 0
    before = timezone.now() - timedelta(days=settings.TASK_RETENTION_DAYS)
    expired = 0
    while hidden := _hide_ended(before):
        expired += hidden
    return expired


def _hide_ended(before: object) -> int:
    with publishing() as publisher:
        ended = Task.objects.visible().ended().filter(finished_at__lte=before).order_by("owner_id")
        tasks = list(ended.select_for_update(skip_locked=True).only("owner_id", "status")[:BATCH])
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
            deleted_at=timezone.now() - RESTORE_WITHIN
        )
        for (owner_id, status), number in Counter((task.owner_id, task.status) for task in tasks).items():
            move_count(publisher, owner_id, status, None, number)
        for task in tasks:
            tell_deleted(publisher, task)
    return len(tasks)


def purge_tasks() -> int:
    """Delete the tasks that nobody can restore any more, and all that hangs on them, the leaves first.

    One that a worker still holds waits for the next round: it stops within seconds.
    """
    hidden = Task.objects.filter(deleted_at__lte=timezone.now() - RESTORE_WITHIN)
    purgeable = hidden.exclude(status=Task.Status.RUNNING)
    purged = 0
    while ids := list(purgeable.order_by("deleted_at").values_list("pk", flat=True)[:BATCH]):
        for rows in (
            CaseVersion.objects.filter(case__task__in=ids),
            Case.items.through.objects.filter(case__task__in=ids),
            Case.objects.filter(task__in=ids),
            RequirementItem.objects.filter(task__in=ids),
            *(model.objects.filter(task__in=ids) for model in (Section, Document, Checkpoint, TimelineEntry)),
        ):
            delete_in_batches(rows)
        purged += delete_in_batches(Task.objects.filter(pk__in=ids))
    return purged


def drop_read_uploads() -> int:
    """The bytes of files whose text is stored."""
    return Document.objects.exclude(text="").exclude(content=None).update(content=None)
