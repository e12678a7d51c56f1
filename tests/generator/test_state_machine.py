"""Hypothesis drives the transitions in any order, with a model of what must be true beside them.

Several users, several workers, leases that expire and are used long after they were lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from generator import services, transitions
from generator.drafts import CaseDraft, Step, Usage
from generator.members import OwnersOwn, share_task, unshare_task
from generator.models import Case, Section, Task, Worker
from generator.pipeline.finishing import Finished, complete_sections
from generator.pipeline.storing import Batch, store_cases
from generator.pipeline.together import Together
from generator.transitions import Lease
from generator.writer import Writer
from realtime.events import Publisher, publishing
from realtime.notifications.services import mark_read
from tests.generator.known import Known, assert_fair, assert_oldest_first
from tests.generator.world import USERS, WORKERS, World

PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    max_examples=40,
    stateful_step_count=40,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TASKS_PER_USER = 2
USER, WORKER = st.integers(0, USERS - 1), st.integers(0, WORKERS - 1)
ENDINGS: dict[str, Callable[[Lease], Callable[[Publisher], None]]] = {
    "completed": lambda lease: lease.complete,
    "failed": lambda lease: partial(lease.fail, code="stalled", message=""),
    "cancelled": lambda lease: lease.cancel,
}
CASES, SECTIONS = Together(Writer(), store_cases), Together(Writer(), complete_sections)
SOME = st.integers(0, 10_000)
"""Chooses one of what there is at that moment."""


class Transitions(World):
    # --- people

    @initialize(users=st.lists(USER, min_size=5, max_size=10))
    def many_are_requested(self, users: list[int]) -> None:
        for user in users:
            self.request(user, "")

    @rule(user=USER, key=st.sampled_from(["", "", "", "one", "two"]))
    def request(self, user: int, key: str) -> None:
        task = services.request_task(self.users[user], requirement="Lock it.", idempotency_key=key)
        self.seen[task.pk] = task
        self.known.setdefault(task.pk, Known(user))

    @precondition(lambda self: self.any(Known.is_running))
    @rule(some=SOME)
    def cancel(self, some: int) -> None:
        task, known = self.pick(some, Known.is_running)
        assert services.cancel_task(task, self.users[known.owner]) == known.is_open()
        known.be_cancelled()

    @precondition(lambda self: self.any(Known.is_retriable))
    @rule(some=SOME, looks_again=st.booleans())
    def retry(self, some: int, looks_again: bool) -> None:
        """With what the page showed, which may be old."""
        task, known = self.pick(some, Known.is_retriable)
        if not looks_again:
            task = self.seen[task.pk]
        self.seen[task.pk] = Task.objects.get(pk=task.pk)
        can = known.is_as_seen(task.status, task.round) and known.is_retriable()

        assert services.retry_task(task, self.users[known.owner]) == can
        if can:
            known.begin_round()

    @precondition(lambda self: self.any(Known.is_running))
    @rule(some=SOME)
    def delete(self, some: int) -> None:
        """Its worker goes on until it hears of it, and leases of earlier attempts may turn up too."""
        task, known = self.pick(some, Known.is_running)
        services.delete_task(task, self.users[known.owner])

        if not known.hidden:
            known.hidden = True
            known.be_cancelled()
        self.write_under([lease for lease in self.leases if lease.task_id == task.pk], 1)

    @precondition(lambda self: self.any(Known.is_hidden))
    @rule(some=SOME)
    def restore(self, some: int) -> None:
        task, known = self.pick(some, Known.is_hidden)
        assert services.restore_task(task, self.users[known.owner]) == known.hidden
        known.hidden = False

    @precondition(lambda self: self.any(Known.is_open))
    @rule(some=SOME, user=USER, role=st.sampled_from(["view", "edit"]))
    def share(self, some: int, user: int, role: str) -> None:
        """Whoever has that role already, is the owner or comes after the deletion changes nothing."""
        task, known = self.pick(some, Known.is_open)
        try:
            share_task(task, self.users[known.owner], self.users[user], role)
        except OwnersOwn:
            assert user == known.owner
        except Http404:
            assert known.hidden
        else:
            known.members.add(user)

    @precondition(lambda self: self.any(lambda known: bool(known.members)))
    @rule(some=SOME)
    def unshare(self, some: int) -> None:
        task, known = self.pick(some, lambda known: bool(known.members) and not known.hidden)
        if known.members and not known.hidden:
            unshare_task(task, self.users[known.owner], self.users[known.members.pop()])

    @precondition(lambda self: self.any(Known.is_retriable))
    @rule(user=USER)
    def read_notifications(self, user: int) -> None:
        mark_read(self.users[user].pk)

    # --- workers

    @precondition(lambda self: self.any(Known.is_claimable))
    @rule(worker=WORKER, limit=st.integers(1, 5))
    def claim(self, worker: int, limit: int) -> None:
        with publishing() as publisher:
            claimed = transitions.claim(publisher, self.workers[worker], limit)

        assert_oldest_first(self.known, {lease.task_id for lease in claimed})
        for lease in claimed:
            self.known[lease.task_id].be_claimed(worker)
            assert lease.number == self.known[lease.task_id].lease
        served = [self.known[lease.task_id].owner for lease in claimed]
        assert_fair(self.known.values(), served, limit, TASKS_PER_USER)
        self.leases += sorted(claimed, key=attrgetter("task_id"))  # PostgreSQL gives them in any order

    @rule(worker=WORKER, forgets=st.booleans())
    def renew(self, worker: int, forgets: bool) -> None:
        """A worker keeps what it holds and believes in, and learns what it holds no longer."""
        believed = [
            Lease(pk, known.lease, self.users[known.owner].pk)
            for number, (pk, known) in enumerate(self.known.items())
            if not forgets or number % 2
        ]
        lost = transitions.renew(self.workers[worker], believed)

        assert [lease for lease in believed if self.known[lease.task_id].holder != worker] == lost
        for lease in believed:
            if lease not in lost:
                self.known[lease.task_id].expired = False

    @precondition(lambda self: self.any(Known.is_running))
    @rule(worker=WORKER, all_of_them=st.booleans())
    def time_passes_a_lease(self, worker: int, all_of_them: bool) -> None:
        for number, (pk, known) in enumerate(self.known.items()):
            if known.holder == worker and (all_of_them or number % 2):
                past = timezone.now() - timedelta(seconds=1)
                Task.objects.filter(pk=pk).update(lease_expires_at=past)
                known.expired = True

    @precondition(lambda self: self.any(Known.is_expired))
    @rule()
    def rescue(self) -> None:
        with publishing() as publisher:
            transitions.rescue_expired(publisher)

        for known in self.known.values():
            if known.expired:
                known.be_rescued()

    @precondition(lambda self: self.any(Known.is_running))
    @rule(worker=WORKER)
    def see_that_a_worker_is_dead(self, worker: int) -> None:
        dead = Worker.objects.filter(pk=self.workers[worker].pk)
        with publishing() as publisher:
            transitions.rescue_from_dead(publisher, dead)

        for known in self.known.values():
            if known.holder == worker:
                known.be_rescued()

    @precondition(lambda self: self.any(Known.is_claimable))
    @rule(worker=WORKER, times=st.integers(1, transitions.RESCUES + 1))
    def die_again_and_again(self, worker: int, times: int) -> None:
        for _ in range(times):
            self.claim(worker, 5)
            self.time_passes_a_lease(worker, True)
            self.rescue()

    @precondition(lambda self: bool(self.leases))
    @rule(some=SOME, how=st.sampled_from(sorted(ENDINGS)))
    def end(self, some: int, how: str) -> None:
        lease = self.lease(some)
        if self.does(lease, ENDINGS[how](lease)):
            self.known[lease.task_id].leave(how, "stalled" if how == "failed" else "")

    @precondition(lambda self: bool(self.leases))
    @rule(some=SOME)
    def release(self, some: int) -> None:
        lease = self.lease(some)
        if self.does(lease, lease.release):
            self.known[lease.task_id].be_released()

    @precondition(lambda self: bool(self.leases))
    @rule(some=SOME, progress=st.integers(0, 99))
    def progress(self, some: int, progress: int) -> None:
        lease = self.lease(some)
        self.does(lease, lambda publisher: lease.change(progress=progress))

    @precondition(lambda self: bool(self.leases))
    @rule(some=st.lists(SOME, min_size=1, max_size=3), number=st.integers(1, 3))
    def write_cases(self, some: list[int], number: int) -> None:
        """Of several tasks in one write; what lost leases bring is left out."""
        self.write_under([self.lease(one) for one in some], number)

    def write_under(self, leases: list[Lease], number: int) -> None:
        drafts = [CaseDraft(f"Case {n}", (), (Step("Do it", "It is done"),)) for n in range(number)]
        batches = [Batch(lease, drafts, {}, Case.Source.MODEL) for lease in leases]
        for known in self.stored(CASES, batches, events_of_each=number):
            known.cases += number

    @precondition(lambda self: bool(self.leases))
    @rule(some=SOME)
    def finish_a_section(self, some: int) -> None:
        """A task that gets on is no poison: its rescues are counted anew."""
        lease = self.lease(some)
        place = Section.objects.filter(task=lease.task_id).count()
        section = Section.objects.create(task_id=lease.task_id, position=place, document=0, start=0, end=1)
        for known in self.stored(SECTIONS, [Finished(lease, section, "", Usage())], events_of_each=1):
            known.rescues = 0


@pytest.fixture
def few_tasks_a_user(settings: Any) -> None:
    settings.TASKS_PER_USER = TASKS_PER_USER


@pytest.mark.timeout(600)  # half of it to make a failing example small
def test_transitions_keep_their_promises_in_any_order(db: None, few_tasks_a_user: None):
    run_state_machine_as_test(Transitions, settings=PROFILE)
