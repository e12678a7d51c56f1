"""How the queue stands: who tells everyone, and when (interface §4, `queue`)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Window
from django.db.models.functions import Rank

from generator.models import Task, TaskCounts, Worker
from generator.payloads import Payload, Queue
from generator.services import GENERATION_CHANNEL
from generator.writer import Writer
from realtime import bells
from realtime.broadcasts import Broadcast, broadcast, tell_everyone
from realtime.events import Publisher

PLACES = 1_000
"""Pending tasks whose places are told, the first of all users."""
PLACES_OF_ONE = 700
"""Those of one user: a frame has at most 32 KiB."""
TELL_SECONDS = 1.0
LOOK_SECONDS = 2.0
SETTLE_SECONDS = 0.1
"""A request and its claim are one piece of news."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The queue of the whole installation at one moment; `places` are `(owner, task, place)`."""

    pending: int
    running: int
    workers: int
    places: tuple[tuple[UUID, UUID, int], ...]

    @classmethod
    def now(cls, workers: int) -> Standing:
        totals = _totals()
        pending = totals.get(Task.Status.PENDING, 0)
        return cls(pending, totals.get(Task.Status.RUNNING, 0), workers, _places() if pending else ())

    def message(self) -> Broadcast:
        """The totals for everyone, and to each user the places of their own tasks."""
        own: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
        for owner_id, task_id, place in self.places:
            if len(own[owner_id]) < PLACES_OF_ONE:
                own[owner_id][str(task_id)] = place
        return broadcast(
            "queue",
            {owner_id: {"positions": positions} for owner_id, positions in own.items()},
            pending=self.pending,
            running=self.running,
            workers=self.workers,
            positions={},
        )


def _totals() -> dict[str, int]:
    """How many visible tasks wait and run, in one query that two partial indexes answer."""
    visible = Task.objects.visible().order_by().values_list("status").annotate(number=Count("pk"))
    pending, running = (
        visible.filter(status=status) for status in (Task.Status.PENDING, Task.Status.RUNNING)
    )
    return dict(pending.union(running, all=True))


def _places() -> tuple[tuple[UUID, UUID, int], ...]:
    """The same numbers as `payloads.Queue` gives: tasks of one moment share theirs."""
    ranked = Task.objects.visible().pending().annotate(place=Window(Rank(), order_by=F("created_at").asc()))
    return tuple(ranked.order_by("created_at", "pk").values_list("owner_id", "pk", "place")[:PLACES])


class QueueTeller:
    """Tells everyone of every change, at most once a second.

    One worker does: the oldest that is alive, or else the oldest that drains. The others ring it.
    """

    def __init__(self, worker: Worker, writer: Writer) -> None:
        self._worker = worker
        self._writer = writer
        self._bell = asyncio.Event()
        self._moved = True  # a worker came
        self._told: Standing | None = None
        self._looking = asyncio.Lock()
        self._left = False

    def wake(self) -> None:
        """Others changed the queue."""
        self._bell.set()

    def moved(self) -> None:
        """This worker changed the queue."""
        self._moved = True
        self._bell.set()

    async def tell_for_ever(self) -> None:
        """Until `leave`. Looks at the table every few seconds, since bells may be lost."""
        while not self._left:
            self._bell.clear()
            if await self._look():
                await asyncio.sleep(TELL_SECONDS)
            try:  # not `wait_for`, which on Python 3.11 may swallow its own cancelling
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(SETTLE_SECONDS)

    async def leave(self) -> None:
        """Tell what remains, now that this worker's row is gone: nobody else would, where it was the last."""
        async with self._looking:
            self._left = True
            standing = await self._writer.write(lambda publisher: _without_workers())
            if standing:
                await self._tell(standing)
            else:
                await self._ring()

    async def _look(self) -> bool:
        """Whether there was something to tell, or to ring for."""
        async with self._looking:
            if self._left:
                return False
            moved, self._moved = self._moved, False
            standing = await self._writer.write(self._standing)
            if standing:
                return await self._tell(standing)
            self._told = None
            if moved:
                await self._ring()
            return moved

    def _standing(self, _publisher: Publisher) -> Standing | None:
        """How the queue stands, None when another worker tells it."""
        workers = list(Worker.objects.seen().order_by("draining", "pk").values_list("pk", "draining"))
        if workers and workers[0][0] != self._worker.pk:
            return None
        return Standing.now(workers=sum(not draining for _, draining in workers))

    async def _tell(self, standing: Standing) -> bool:
        if standing == self._told:
            return False
        self._told = standing
        await tell_everyone(standing.message())
        return True

    async def _ring(self) -> None:
        await bells.send_to_channel(GENERATION_CHANNEL, {"type": "queue.moved"})


def _without_workers() -> Standing | None:
    """How the queue stands when nobody works at it, None when somebody does."""
    return None if Worker.objects.alive().exists() else Standing.now(workers=0)


class Watch:
    """A web process's look at its heartbeat: a worker that was killed cannot tell that it was the last."""

    def __init__(self) -> None:
        self._told: Standing | None = None

    def news(self) -> Broadcast | None:
        standing = _without_workers()
        told, self._told = self._told, standing
        return standing.message() if standing and standing != told else None


def greeting(user_id: UUID) -> Payload | None:
    """What a user whose tasks wait is told at first: where they stand may have changed unheard."""
    if not TaskCounts.objects.filter(owner=user_id, pending__gt=0).exists():
        return None
    tasks = Task.objects.visible().pending().filter(owner=user_id).order_by("created_at")
    positions = Queue.of(list(tasks.only("status", "created_at")[:PLACES_OF_ONE])).positions
    totals: dict[str, Any] = {"pending": 0, "running": 0, **_totals()}
    workers = Worker.objects.alive().count()
    places = {str(task_id): place for task_id, place in positions.items()}
    return {"type": "queue", **totals, "workers": workers, "positions": places}
