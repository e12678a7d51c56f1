"""How a task's status changes: each transition is a conditional UPDATE, whose row count decides (design §4).

Every function tells the task's audience in the same transaction. Nothing else writes `status`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from core.models import User
from generator.audience import audience_of, move_counts, tell_task
from generator.fairness import next_tasks
from generator.models import CaseRequest, Section, Task, TimelineEntry, Worker
from generator.models.tasks import ERROR_LIMIT, TaskQuerySet
from generator.notices import notify_end
from realtime.events import Publisher

CLAIM_LIMIT = 100
_CLAIM_LOCK = 7_205_759_403
"""Key of the advisory lock under which claims run on PostgreSQL; any number that nobody else uses."""


class LeaseLost(Exception):
    """The task is no longer this worker's: somebody claimed, ended or deleted it. Stop, silently, at once."""


def database_now() -> Any:
    """The clock that leases are measured by: the database's own on PostgreSQL (design §4)."""
    return Now() if connection.vendor == "postgresql" else timezone.now()


def _moved(publisher: Publisher, task: Task, before: Task.Status, kind: str, **detail: Any) -> None:
    _all_moved(publisher, before, kind, [(task, detail)])


def _all_moved(
    publisher: Publisher, before: Task.Status, kind: str, moved: Sequence[tuple[Task, dict[str, Any]]]
) -> None:
    """Count, note and tell that tasks went from `before` to what they are now."""
    TimelineEntry.objects.bulk_create(
        TimelineEntry(task=task, kind=kind, detail=detail) for task, detail in moved
    )
    seen = [task for task, _ in moved if task.deleted_at is None]
    told = audience_of(task.pk for task in seen) if seen else {}
    move_counts(publisher, ((told[task.pk], before, task.status) for task in seen))
    for task in seen:
        tell_task(publisher, told[task.pk], "task.updated", task)
        if not task.is_open:
            notify_end(publisher, task)


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to a task: `number` fences everything that it writes."""

    task_id: UUID
    number: int
    owner_id: UUID

    def task(self) -> Task:
        """The task as it is now. Raise `LeaseLost` when this lease no longer holds it."""
        task = Task.objects.held_by(self).light().select_for_update().first()
        if task is None:
            raise LeaseLost
        return task

    def change(self, **facts: Any) -> Task:
        """Write `facts` to the task under the fence. Raise `LeaseLost`."""
        if not Task.objects.held_by(self).update(**facts, rev=F("rev") + 1):
            raise LeaseLost
        return Task.objects.light().select_related("owner").get(pk=self.task_id)

    def complete(self, publisher: Publisher) -> None:
        task = self._end(Task.Status.COMPLETED, progress=100)
        _moved(publisher, task, Task.Status.RUNNING, "completed", cases=task.cases_count)

    def fail(self, publisher: Publisher, code: str, message: str) -> None:
        """End as failed; a `message` of our own is stored in the owner's language."""
        language = User.objects.values_list("language", flat=True).get(pk=self.owner_id)
        with translation.override(language):
            message = gettext(message) if message else ""
        task = self._end(Task.Status.FAILED, error_code=code, error_message=message[:ERROR_LIMIT])
        _moved(publisher, task, Task.Status.RUNNING, "failed", code=code, reason=task.error_message)

    def cancel(self, publisher: Publisher) -> None:
        _moved(publisher, self._end(Task.Status.CANCELLED), Task.Status.RUNNING, "cancelled")

    def release(self, publisher: Publisher) -> None:
        """Give the task back before it ended; the attempt is given back too.

        One whose end was asked for meanwhile is cancelled instead.
        """
        if self.task().cancel_requested_at:
            self.cancel(publisher)
            return
        task = self.change(status=Task.Status.PENDING, **LET_GO, attempt=F("attempt") - 1)
        _moved(publisher, task, Task.Status.RUNNING, "released")

    def _end(self, status: Task.Status, **facts: Any) -> Task:
        return self.change(status=status, **END, finished_at=timezone.now(), **facts)


LET_GO: dict[str, Any] = {
    "lease_expires_at": None,
    "worker": None,
    "waiting_for": "",
    "eta_seconds": None,
}
END = {**LET_GO, "cancel_requested_at": None}


def claim(publisher: Publisher, worker: Worker, limit: int, only: UUID | None = None) -> list[Lease]:
    """Take at most `limit` pending tasks in the order of `fairness`, or just the one that is named."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIM_LOCK])
    wanted = [only] if only else next_tasks(min(limit, CLAIM_LIMIT))
    pending = Task.objects.visible().pending().filter(pk__in=wanted)
    ids = list(pending.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not ids:
        return []
    Task.objects.filter(pk__in=ids).update(
        status=Task.Status.RUNNING,
        lease_no=F("lease_no") + 1,
        lease_expires_at=database_now() + timedelta(seconds=settings.LEASE_SECONDS),
        attempt=F("attempt") + 1,
        worker=worker,
        started_at=Coalesce("started_at", database_now()),
        rev=F("rev") + 1,
        progress=0,
    )
    tasks = list(Task.objects.light().select_related("owner").filter(pk__in=ids))
    details = [(task, {"attempt": task.attempt, "worker": str(worker)}) for task in tasks]
    _all_moved(publisher, Task.Status.PENDING, "claimed", details)
    return [Lease(task.pk, task.lease_no, task.owner_id) for task in tasks]


def renew(worker: Worker, leases: Iterable[Lease]) -> list[Lease]:
    """Extend the leases that `worker` still runs. Returns those that it holds no longer.

    What it forgot must expire. Rows that the worker writes at this moment are left out, for waiting for them
    could deadlock: ask twice.
    """
    leases = list(leases)
    held = Task.objects.running().filter(worker=worker, pk__in=[lease.task_id for lease in leases])
    with transaction.atomic():
        free = list(held.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True))
        expires_at = database_now() + timedelta(seconds=settings.LEASE_SECONDS)
        held.filter(pk__in=free).update(lease_expires_at=expires_at)
    numbers = set(held.values_list("pk", "lease_no"))
    return [lease for lease in leases if (lease.task_id, lease.number) not in numbers]


def rescue_expired(publisher: Publisher) -> int:
    """Queue tasks again whose lease ran out; how many that were."""
    return _rescue_all(publisher, Task.objects.running().filter(lease_expires_at__lt=database_now()))


def rescue_from_dead(publisher: Publisher, workers: QuerySet[Worker]) -> int:
    """The same for tasks whose worker's process is known to be gone, before their lease runs out."""
    return _rescue_all(publisher, Task.objects.running().filter(worker__in=workers))


def _rescue_all(publisher: Publisher, lost: TaskQuerySet) -> int:
    """Three times in a row without a finished call, then they fail as `worker_lost`."""
    locked = lost.light().order_by("pk").select_for_update(skip_locked=True, of=("self",))
    tasks = list(locked[:CLAIM_LIMIT])
    for task in tasks:
        lease = Lease(task.pk, task.lease_no, task.owner_id)
        if task.cancel_requested_at:
            lease.cancel(publisher)
        elif task.rescues >= RESCUES:
            lease.fail(publisher, "worker_lost", WORKER_LOST)
        else:
            _rescue(publisher, lease)
    return len(tasks)


def _rescue(publisher: Publisher, lease: Lease) -> None:
    task = lease.change(status=Task.Status.PENDING, **LET_GO, rescues=F("rescues") + 1)
    _moved(publisher, task, Task.Status.RUNNING, "rescued", number=task.rescues)


RESCUES = 3
WORKER_LOST = gettext_noop(
    "The worker that ran this task was lost again and again. Its finished cases are kept; retry goes on."
)


def request_cancel(publisher: Publisher, task: Task, user: User) -> bool:
    """Cancel a pending task at once, ask the worker to stop a running one. False when it had ended."""
    ended = Task.objects.pending().filter(pk=task.pk)
    if ended.update(status=Task.Status.CANCELLED, finished_at=timezone.now(), rev=F("rev") + 1, **END):
        task.refresh_from_db()
        task.note("cancel.requested", user=user.username)
        _moved(publisher, task, Task.Status.PENDING, "cancelled")
        return True
    running = Task.objects.running().filter(pk=task.pk)
    if running.filter(cancel_requested_at=None).update(cancel_requested_at=timezone.now()):
        task.note("cancel.requested", user=user.username)
    return running.exists()


def begin_round(publisher: Publisher, task: Task, user: User) -> bool:
    """Queue a task again for what is unfinished. False when it is open or lacks nothing.

    What the failed round was for goes on; a completed one left nothing but sections.
    """
    if not task.can_be_retried:
        return False
    plan = {} if task.status == Task.Status.COMPLETED else task.plan
    if not begin_planned(publisher, task, plan, "retried", user=user.username):
        return False
    task.sections.filter(status=Section.Status.FAILED).update(
        status=Section.Status.PENDING, error_code="", error_message=""
    )
    task.case_requests.filter(status=CaseRequest.Status.FAILED).update(status=CaseRequest.Status.PENDING)
    return True


def begin_planned(publisher: Publisher, task: Task, plan: dict[str, Any], kind: str, **detail: Any) -> bool:
    """Queue an ended task for what `plan` says. False when it is open, or moved on since it was read."""
    if task.is_open:
        return False
    before = Task.Status(task.status)
    changed = Task.objects.filter(pk=task.pk, status=before, round=task.round).update(
        status=Task.Status.PENDING,
        round=F("round") + 1,
        plan=plan,
        attempt=0,
        rescues=0,
        error_code="",
        error_message="",
        started_at=None,
        finished_at=None,
        rev=F("rev") + 1,
    )
    if not changed:
        return False
    task.refresh_from_db()
    _moved(publisher, task, before, kind, round=task.round, **detail)
    return True
