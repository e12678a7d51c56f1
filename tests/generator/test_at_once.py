"""Several threads, each with a connection of its own, drive the transitions at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from core.deadlocks import repeated
from core.models import User
from generator import bulk, services, transitions
from generator.drafts import CaseDraft, Step
from generator.models import Case, Task, Worker
from generator.pipeline.storing import Batch, store_cases
from generator.pipeline.together import Together
from generator.transitions import Lease, LeaseLost
from generator.writer import Writer
from realtime.events import Publisher, publishing
from tests.generator.truths import assert_truths

THREADS, ACTS, SEED = 6, 120, 20_260_401
CASES = Together(Writer(), store_cases)
DRAFT = CaseDraft("A case", (), (Step("Do it", "It is done"),))


class Someone:
    """A thread's worker and user: does one thing after another, with leases that it no longer holds too."""

    def __init__(self, number: int, users: list[User]) -> None:
        self.random = random.Random(SEED + number)
        self.users = users
        self.worker = Worker.objects.create(host="here", pid=number, slots=9)
        self.leases: list[Lease] = []
        self.ended: Counter[Lease] = Counter()
        self.done: Counter[str] = Counter()

    def act(self) -> None:
        acts = [self.claim] * 4 + [self.end] * 3 + [self.write] * 3 + [self.request] * 2
        acts += [self.renew, self.lose_time, self.rescue, self.cancel, self.retry, self.delete, self.restore]
        acts += [self.in_bulk]
        try:
            for act in self.random.choices(acts, k=ACTS):
                self.done[act.__name__] += bool(act())
        finally:
            connection.close()

    def request(self) -> bool:
        services.request_task(self.random.choice(self.users), requirement="Lock the account.")
        return True

    def claim(self) -> bool:
        claimed = told(partial(transitions.claim, worker=self.worker, limit=self.random.randint(1, 5)))
        self.leases += claimed
        return bool(claimed)

    def renew(self) -> bool:
        return len(transitions.renew(self.worker, self.leases)) < len(self.leases)

    def lose_time(self) -> bool:
        task = self.any_task()
        past = timezone.now() - timedelta(seconds=1)
        return bool(Task.objects.running().filter(pk=task.pk).update(lease_expires_at=past))

    def rescue(self) -> bool:
        told(transitions.rescue_expired)
        return True

    def write(self) -> bool:
        batches = [Batch(lease, [DRAFT], {}, Case.Source.MODEL) for lease in self.some_leases()]
        return any(told(partial(CASES._store_held, batches)))

    def end(self) -> bool:
        for lease in self.some_leases():
            how = self.random.choice(["complete", "fail", "cancel", "release"])
            ending = partial(lease.fail, code="stalled", message="") if how == "fail" else getattr(lease, how)
            try:
                told(ending)
            except LeaseLost:
                continue
            self.ended[lease] += 1
        return bool(self.ended)

    def cancel(self) -> bool:
        task = self.any_task()
        return services.cancel_task(task, task.owner)

    def retry(self) -> bool:
        task = self.any_task()
        return services.retry_task(task, task.owner)

    def delete(self) -> bool:
        task = self.any_task()
        services.delete_task(task, task.owner)
        return True

    def restore(self) -> bool:
        task = self.any_task()
        return services.restore_task(task, task.owner)

    def in_bulk(self) -> bool:
        owner = self.random.choice(self.users)
        tasks = Task.objects.visible_to(owner).order_by("-created_at")[:3]
        action: bulk.Action = self.random.choice(["cancel", "retry"])
        return bool(bulk.apply(action, [Task.objects.filter(pk__in=[task.pk for task in tasks])], owner))

    def any_task(self) -> Task:
        pks: list[UUID] = list(Task.objects.order_by("-created_at").values_list("pk", flat=True)[:40])
        return Task.objects.select_related("owner").get(pk=self.random.choice(pks))

    def some_leases(self) -> list[Lease]:
        """Mostly of late: old ones are lost for certain."""
        return self.random.sample(self.leases[-12:], min(3, len(self.leases[-12:])))


def told(operation: Callable[[Publisher], Any]) -> Any:
    """As the writer does it: in one transaction, again where that lost a deadlock."""

    def once() -> Any:
        with publishing() as publisher:
            return operation(publisher)

    return repeated(once)


@pytest.mark.django_db(transaction=True)
def test_the_truths_hold_after_threads_did_everything_at_once():
    users = [User.objects.create(username=f"user-{n}") for n in range(3)]
    for user in users:
        services.request_task(user, requirement="Lock the account.")
    everyone = [Someone(number, users) for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        for acting in [pool.submit(someone.act) for someone in everyone]:
            acting.result()

    assert_truths()
    ended = sum((someone.ended for someone in everyone), Counter[Lease]())
    assert set(ended.values()) == {1}
    done = sum((someone.done for someone in everyone), Counter[str]())
    assert all(done[act] for act in ("claim", "end", "write", "renew", "cancel", "retry", "restore")), done
