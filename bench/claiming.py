"""Claims as the worker makes them, inside the process that has the database (`bench.database`)."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from core.models import User
from generator import transitions
from generator.models import Task, TaskCounts, Worker
from realtime import bells
from realtime.events import publishing

BATCH = 5_000


def make_ended(users: list[str], count: int) -> None:
    """`count` completed tasks."""
    owners = list(User.objects.filter(username__in=users))
    now = timezone.now()
    for first in range(0, count, BATCH):
        Task.objects.bulk_create(
            Task(
                owner=owners[number % len(owners)],
                title=f"Task {number}",
                requirement="The user can rename a project.",
                engine="rules",
                status=Task.Status.COMPLETED,
                stage=Task.Stage.REVIEWING,
                finished_at=now,
            )
            for number in range(first, min(first + BATCH, count))
        )
    for owner in owners:
        TaskCounts.objects.update_or_create(owner=owner, defaults={"completed": owner.tasks.count()})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def claim_all(pending: dict[str, int]) -> list[dict[str, Any]]:
    """Claim until nothing is left to claim, of so many pending tasks a user.

    For each claim: the seconds that it took with all that it told, those of them that this process had a
    core for, and whose tasks it got.
    """
    ring_as_processes_do()
    owners = {user.username: user for user in User.objects.filter(username__in=pending)}
    Task.objects.bulk_create(
        (
            Task(owner=owners[name], title=f"Task {number}", requirement="Rename a project.", engine="rules")
            for name, count in pending.items()
            for number in range(count)
        ),
        batch_size=BATCH,
    )
    for name, count in pending.items():
        TaskCounts.objects.get_or_create(owner=owners[name])
        TaskCounts.objects.filter(owner=owners[name]).update(pending=F("pending") + count)
    worker = Worker.objects.create(host="bench", pid=os.getpid(), slots=10_000)
    claims = [_claim(worker)]
    while claims[-1]["owners"]:
        claims.append(_claim(worker))
    _end_all(worker)
    return claims


def _claim(worker: Worker) -> dict[str, Any]:
    began, cpu_began = time.monotonic(), time.thread_time()
    with publishing() as publisher:
        leases = transitions.claim(publisher, worker=worker, limit=transitions.CLAIM_LIMIT)
    seconds, cpu = time.monotonic() - began, time.thread_time() - cpu_began
    names = dict(User.objects.values_list("pk", "username"))
    return {"seconds": seconds, "cpu": cpu, "owners": [names[lease.owner_id] for lease in leases]}


def _end_all(worker: Worker) -> None:
    """So that the next measurement finds nothing pending or running."""
    facts = {"status": Task.Status.COMPLETED, "finished_at": timezone.now(), "lease_expires_at": None}
    Task.objects.filter(status__in=[Task.Status.PENDING, Task.Status.RUNNING]).update(worker=None, **facts)
    worker.delete()
    TaskCounts.objects.update(completed=F("completed") + F("pending") + F("running"), pending=0, running=0)


@cache
def ring_as_processes_do() -> None:
    """Bells go out on an event loop of another thread, as the worker's and a web process's do."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    while not loop.is_running():
        time.sleep(0.001)
    bells.live_in(loop)
