"""Writing for many tasks at once what each of them brings often: a few statements serve all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

from core.outages import is_outage
from generator.models import Task
from generator.transitions import Lease, LeaseLost
from generator.writer import CommitInDoubt, Writer
from realtime.events import Publisher


class Fenced(Protocol):
    """Something that is written under a lease."""

    @property
    def lease(self) -> Lease: ...


E = TypeVar("E", bound=Fenced)


class Together(Generic[E]):
    """Hands entries to `store` in one operation; while that commits, the next ones gather.

    `store` writes entries whose leases hold: their tasks are locked.
    """

    def __init__(self, writer: Writer, store: Callable[[Publisher, list[E]], None]) -> None:
        self._writer = writer
        self._store = store
        self._waiting: list[tuple[E, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, entry: E) -> None:
        """Return once `entry` is committed. Raise `LeaseLost`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())
        await done

    async def _store_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            outcomes = await self._outcomes([entry for entry, _ in waiting])
            for (_, done), outcome in zip(waiting, outcomes, strict=True):
                if done.cancelled():
                    continue
                if outcome is None:
                    done.set_result(None)
                else:
                    done.set_exception(outcome)

    async def _outcomes(self, entries: list[E]) -> list[BaseException | None]:
        """None for each entry that is stored, else why not; what breaks one costs no other."""
        writing = self._writer.write(partial(self._store_held, entries))
        (result,) = await asyncio.gather(writing, return_exceptions=True)
        if not isinstance(result, BaseException):
            return [None if is_held else LeaseLost() for is_held in result]
        if len(entries) == 1 or isinstance(result, CommitInDoubt) or is_outage(result):
            return [result] * len(entries)
        return [outcome for entry in entries for outcome in await self._outcomes([entry])]

    def _store_held(self, entries: Sequence[E], publisher: Publisher) -> list[bool]:
        """Store what its lease still fences; whether it did, by entry."""
        tasks = Task.objects.running().filter(pk__in={entry.lease.task_id for entry in entries})
        leases = set(tasks.order_by("pk").select_for_update().values_list("pk", "lease_no"))
        held = [(entry.lease.task_id, entry.lease.number) in leases for entry in entries]
        kept = [entry for entry, is_held in zip(entries, held, strict=True) if is_held]
        if kept:
            self._store(publisher, kept)
        return held
