"""One round of cleaning (interface §2, "keeping"): what is old goes, whoever runs it and how often.

Every part commits in batches, each of which leaves things whole: a later round finishes one that died.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from core.outages import is_outage
from generator import stats
from generator.audience import audience_of, move_counts, tell_deleted
from generator.models import (
    Case,
    CaseRequest,
    CaseVersion,
    Checkpoint,
    Document,
    Member,
    RequirementItem,
    Section,
    Task,
    TaskCounts,
    TimelineEntry,
    Turn,
    Worker,
)
from generator.services import RESTORE_WITHIN
from realtime.chat.models import Room
from realtime.chat.rooms import drop_task_room
from realtime.cleaning import (
    BATCH,
    delete_in_batches,
    delete_old_events,
    delete_old_notifications,
    in_batches,
)
from realtime.events import publishing

logger = logging.getLogger(__name__)

JOB = "cleaning"
LOOK_SECONDS = 60
"""How often a worker looks whether the current slot's round is still to be done."""
TURNS_FOR = WORKERS_FOR = timedelta(days=1)


@dataclass(slots=True)
class Cleaned:
    """How many rows a round took away."""

    expired_tasks: int = 0
    purged_tasks: int = 0
    events: int = 0
    notifications: int = 0


def clean_if_it_is_our_turn() -> None:
    """The worker's round, on a thread of its own. A database that is away costs the round, not the worker.

    A turn that was taken is not given back: whatever this round left, the next slot's finds.
    """
    try:
        if take_turn():
            clean()
    except DatabaseError as error:
        if not is_outage(error):
            raise
        logger.warning("cleaning stopped, the next round goes on: %s", error)
    finally:
        connection.close()


def take_turn() -> bool:
    """Whether this process is the one that does the current slot's round: one row elects it."""
    return Turn.objects.get_or_create(job=JOB, slot=_slot())[1]


def _slot() -> int:
    return int(time.time()) // (settings.CLEANUP_INTERVAL_MINUTES * 60)


def clean() -> Cleaned:
    """Do one round. Safe to repeat, and to run twice at once.

    A part that fails does not keep the others from running; what it raised is raised after them.
    """
    cleaned = Cleaned()

    def count(field: str, part: partial[int]) -> None:
        setattr(cleaned, field, part())

    with ExitStack() as parts:  # runs them all, the last one first
        parts.callback(count, "notifications", partial(delete_old_notifications))
        parts.callback(count, "events", partial(delete_old_events))
        parts.callback(count, "purged_tasks", partial(purge_tasks))
        parts.callback(count, "expired_tasks", partial(expire_tasks))
        for part in (
            SessionStore.clear_expired,
            forget_turns,
            forget_workers,
            drop_read_uploads,
            mend_counts,
        ):
            parts.callback(part)
    return cleaned


def expire_tasks() -> int:
    """Hide the tasks that ended longer ago than they are kept, too long ago to be restored."""
    if settings.TASK_RETENTION_DAYS is None:
        return 0
    before = timezone.now() - timedelta(days=settings.TASK_RETENTION_DAYS)
    return in_batches(partial(_hide_ended, before))


def _hide_ended(before: object) -> int:
    with publishing() as publisher:
        ended = Task.objects.visible().ended().filter(finished_at__lte=before).order_by("owner_id")
        tasks = list(ended.select_for_update(skip_locked=True).only("owner_id", "status")[:BATCH])
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
            deleted_at=timezone.now() - RESTORE_WITHIN, idempotency_key=""
        )
        told = audience_of(task.pk for task in tasks)
        move_counts(publisher, ((told[task.pk], task.status, None) for task in tasks))
        for task in tasks:
            tell_deleted(publisher, told[task.pk], task)
    return len(tasks)


def purge_tasks() -> int:
    """Delete the tasks that nobody can restore any more, and all that hangs on them, the leaves first.

    One that a worker still holds waits for the next round: it stops within seconds. What goes is added to
    the daily totals in the same transactions (see `generator.stats`).
    """
    return in_batches(_purge_some)


def _purge_some() -> int:
    hidden = Task.objects.filter(deleted_at__lte=timezone.now() - RESTORE_WITHIN)
    purgeable = hidden.exclude(status=Task.Status.RUNNING).order_by("deleted_at")
    ids = list(purgeable.values_list("pk", flat=True)[:BATCH])
    cases = Case.objects.filter(task__in=ids)
    delete_in_batches(CaseRequest.objects.filter(task__in=ids))
    delete_in_batches(CaseVersion.objects.filter(case__task__in=ids))
    delete_in_batches(Case.items.through.objects.filter(case__task__in=ids))
    # A case outlives the one it was merged into by a batch: it must not seem to stand then.
    cases.exclude(merged_into=None).update(merged_into=None, obsolete=True)
    in_batches(partial(_delete_some_cases, ids))
    for model in (RequirementItem, Section, Document, Checkpoint, TimelineEntry, Member):
        delete_in_batches(model.objects.filter(task__in=ids))
    return _delete_tasks(ids)


def _delete_some_cases(task_ids: list[UUID]) -> int:
    with transaction.atomic():
        cases = Case.objects.filter(task__in=task_ids).order_by("pk").select_for_update()
        batch = Case.objects.filter(pk__in=list(cases.values_list("pk", flat=True)[:BATCH]))
        stats.roll_up_accepted(batch)
        return batch.delete()[0]


def _delete_tasks(task_ids: list[UUID]) -> int:
    """Those of them without cases: where another round deletes some at this moment, it does the rest."""
    bare = Task.objects.filter(pk__in=task_ids).exclude(Exists(Case.objects.filter(task=OuterRef("pk"))))
    with publishing() as publisher:
        tasks = list(bare.order_by("pk").select_for_update().only(*stats.FACTS))
        stats.roll_up_tasks(tasks)
        gone = [task.pk for task in tasks]
        shared = Room.objects.filter(task_id__in=gone).values_list("task_id", flat=True)
        for task_id in sorted(set(gone).intersection(shared)):
            drop_task_room(publisher, task_id)
        Task.objects.filter(pk__in=gone).delete()
    return len(tasks)


def drop_read_uploads() -> int:
    """The bytes of files whose text is stored, unless a model is still to see their pictures."""
    read = Document.objects.exclude(text="").exclude(content=None)
    return read.filter(task__status__in=Task.ENDED).update(content=None)


def mend_counts() -> int:
    """Claims go by how many tasks of a user wait: a counter that somebody broke must not starve them."""
    really = _really_seen()
    counted = {row.pop("owner_id"): row for row in TaskCounts.objects.values("owner_id", *Task.Status.values)}
    nothing = dict.fromkeys(Task.Status.values, 0)
    return sum(
        _mend_counts(user_id)
        for user_id in sorted(really.keys() | counted.keys())
        if {**nothing, **really[user_id]} != counted.get(user_id, nothing)
    )


def _really_seen(user_id: UUID | None = None) -> defaultdict[UUID, Counter[str]]:
    """How many tasks each user sees by status, or just this one: their own and those shared with them."""
    own = Task.objects.visible().order_by()
    shared = Member.objects.filter(task__deleted_at=None).order_by()
    if user_id:
        own, shared = own.filter(owner=user_id), shared.filter(user=user_id)
    really: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    for rows, *columns in ((own, "owner", "status"), (shared, "user", "task__status")):
        for seen_by, status, number in rows.values_list(*columns).annotate(Count("pk")):
            really[seen_by][status] += number
    return really


def _mend_counts(user_id: UUID) -> int:
    """Under the counters' lock: who is changing them adds to what is written here."""
    with transaction.atomic():
        TaskCounts.objects.get_or_create(owner_id=user_id)
        counts = TaskCounts.objects.select_for_update().filter(owner_id=user_id)
        counted = counts.values(*Task.Status.values).get()
        seen = _really_seen(user_id)[user_id]
        really = {status: seen[status] for status in counted}
        if counted == really:
            return 0
        logger.error("tasks of %s were counted as %s, and are %s", user_id, counted, really)
        counts.update(**really)
    return 1


def forget_workers() -> int:
    """Rows of processes that died without a word."""
    return delete_in_batches(Worker.objects.filter(seen_at__lt=timezone.now() - WORKERS_FOR))


def forget_turns() -> int:
    """Long past ones: a clock that is behind must still see those around the present."""
    past = Turn.objects.filter(job=JOB, slot__lt=_slot(), taken_at__lt=timezone.now() - TURNS_FOR)
    return delete_in_batches(past)
