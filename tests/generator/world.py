"""The world of the state machine: users, workers and all leases that there ever were, with a model beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from core.models import User
from generator.models import Task, Worker
from generator.pipeline.together import Together
from generator.transitions import Lease, LeaseLost
from realtime.events import Publisher, publishing
from realtime.models import Event
from tests.generator.known import Known
from tests.generator.truths import assert_truths, everything, notes

USERS, WORKERS = 3, 2


class World(RuleBasedStateMachine):
    """`known` holds the tasks in the order of their requests, `seen` each as some page shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.users = [User.objects.create(username=f"user-{n}") for n in range(USERS)]
        self.workers = [Worker.objects.create(host="here", pid=n, slots=9) for n in range(WORKERS)]
        self.known: dict[UUID, Known] = {}
        self.seen: dict[UUID, Task] = {}
        self.leases: list[Lease] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def any(self, fits: Callable[[Known], bool]) -> bool:
        return any(fits(known) for known in self.known.values())

    def pick(self, some: int, fits: Callable[[Known], bool]) -> tuple[Task, Known]:
        """A task that `fits`, as it is now; sometimes another one."""
        fitting = [pk for pk, known in self.known.items() if fits(known)]
        pks = fitting if fitting and some % 8 else list(self.known)
        task = Task.objects.get(pk=pks[some % len(pks)])
        return task, self.known[task.pk]

    def stored(self, together: Together[Any], entries: list[Any], events_of_each: int) -> list[Known]:
        """The tasks of the entries that were let through, each with its events for all who see it."""
        held = [self.holds(entry.lease) for entry in entries]
        before = [] if any(held) else everything()
        told = Event.objects.count()

        with publishing() as publisher:
            assert together._store_held(entries, publisher) == held

        assert any(held) or everything() == before
        kept = [
            self.known[entry.lease.task_id] for entry, is_held in zip(entries, held, strict=True) if is_held
        ]
        hearers = sum(1 + len(known.members) for known in kept if not known.hidden)
        assert Event.objects.count() - told == hearers * events_of_each
        return kept

    def lease(self, some: int) -> Lease:
        """Mostly one that holds, often of a task that nobody sees any more; or any that ever was."""
        holding = [lease for lease in self.leases if self.holds(lease)]
        hidden = [lease for lease in holding if self.known[lease.task_id].hidden]
        leases = (self.leases, holding, holding, hidden)[some % 4] or holding or self.leases
        return leases[some % len(leases)]

    def holds(self, lease: Lease) -> bool:
        known = self.known[lease.task_id]
        return known.is_running() and known.lease == lease.number

    def does(self, lease: Lease, write: Callable[[Publisher], object]) -> bool:
        """Whether `write` was let through: only the holder's is, and nobody hears of a hidden task."""
        holds = self.holds(lease)
        before = [] if holds else everything()
        told = Event.objects.count()
        try:
            with publishing() as publisher:
                write(publisher)
        except LeaseLost:
            assert not holds
            assert everything() == before
            return False
        assert holds
        assert not self.known[lease.task_id].hidden or Event.objects.count() == told
        return True

    # --- what is true

    @invariant()
    def the_model_knows_it_all(self) -> None:
        noted = notes()
        for task in Task.objects.all():
            known = self.known[task.pk]
            worker = None if known.holder is None else self.workers[known.holder].pk
            assert (task.status, task.error_code, task.worker_id) == (known.status, known.error, worker)
            assert (task.lease_no, task.attempt, task.rescues) == (known.lease, known.attempt, known.rescues)
            assert (task.round, task.cases_count, noted[task.pk]) == (known.round, known.cases, known.notes)
            assert (task.deleted_at is not None) == known.hidden
            shared_with = set(task.members.values_list("user", flat=True))
            assert shared_with == {self.users[member].pk for member in known.members}

    @invariant()
    def the_database_agrees_with_itself(self) -> None:
        assert_truths()
