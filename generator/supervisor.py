"""Claims tasks and runs each in an asyncio task of its own.

The table is the queue; bells only wake the supervisor (design §3).
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from generator import cleaning, transitions
from generator.models import Task, Worker
from generator.models.workers import ALIVE_SECONDS
from generator.payloads import progress_payload
from generator.pipeline.attempt import Attempt
from generator.pipeline.run import ProviderPauses, Workshop
from generator.transitions import LeaseLost
from generator.writer import Writer
from realtime import bells
from realtime.events import Publisher, whisper

logger = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_SECONDS = 2.0
TICK_SECONDS = 0.25
RESTARTS_A_MINUTE = 3


class Supervisor:
    """One worker process's tasks. Runs in the event loop that called `run`."""

    def __init__(self, only: UUID | None = None) -> None:
        self._only = only
        self._bell = asyncio.Event()
        self._attempts: dict[UUID, Attempt] = {}
        self._shown: dict[UUID, dict[str, object]] = {}
        self._draining = False
        self._stopped = threading.Event()
        self.worker = Worker(host=socket.gethostname(), pid=os.getpid(), slots=settings.LLM_CONCURRENCY)
        self.workshop = Workshop(Writer(), asyncio.Semaphore(settings.LLM_CONCURRENCY), ProviderPauses())

    # --- life

    async def run(self) -> None:
        """Work until `drain`. Raise what a loop died of when it died three times in a minute."""
        await self.workshop.writer.write(lambda publisher: self.worker.save(force_insert=True))
        threading.Thread(target=self._renew_for_ever, daemon=True, name="leases").start()
        loops = [self._claim_loop, self._tick_loop]
        if self._only is None:
            loops.append(self._cleaning_loop)
        try:
            await asyncio.gather(*(_restarting(loop) for loop in loops))
        finally:
            self._stopped.set()

    async def drain(self, seconds: float) -> None:
        """Claim no more, let running tasks finish for `seconds`, then give the rest back."""
        self._draining = True
        await self.workshop.writer.write(
            lambda publisher: Worker.objects.filter(pk=self.worker.pk).update(draining=True)
        )
        await self._until_idle(time.monotonic() + seconds)
        for attempt in list(self._attempts.values()):
            attempt.release()
        await self._until_idle(None)
        await self.workshop.writer.write(lambda publisher: Worker.objects.filter(pk=self.worker.pk).delete())
        self._stopped.set()
        await self.workshop.writer.close()

    async def _until_idle(self, deadline: float | None) -> None:
        while self._attempts and (deadline is None or time.monotonic() < deadline):
            timeout = None if deadline is None else deadline - time.monotonic()
            await asyncio.wait([attempt.task for attempt in self._attempts.values()], timeout=timeout)
            await asyncio.sleep(0)  # lets `_ended` run

    # --- bells

    def wake(self) -> None:
        """There may be pending tasks."""
        self._bell.set()

    async def stop_cancelled(self) -> None:
        """Stop those of our tasks whose end was asked for.

        The table says which: a bell may be late or doubled.
        """
        asked = Task.objects.running().filter(worker=self.worker).exclude(cancel_requested_at=None)
        for task_id in await self._write(lambda publisher: list(asked.values_list("pk", flat=True))):
            attempt = self._attempts.get(task_id)
            if attempt:
                attempt.cancel()

    def _rescue(self, publisher: Publisher) -> None:
        """Renew before reaping: after a clock jump our own leases look expired (design §4)."""
        transitions.renew(self.worker, list(self._attempts))
        transitions.rescue_expired(publisher)

    # --- loops

    async def _claim_loop(self) -> None:
        while not self._draining:
            self._bell.clear()
            await self._look()
            try:
                await asyncio.wait_for(self._bell.wait(), LOOK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """Stop what was cancelled without a bell, rescue what others lost, claim what is pending."""
        await self.stop_cancelled()
        if self._only is None:
            await self._write(self._rescue)
        free = settings.LLM_CONCURRENCY - len(self._attempts)
        if free <= 0 or self._draining:
            return
        leases = await self._write(
            partial(transitions.claim, worker=self.worker, limit=free, only=self._only)
        )
        if len(leases) == transitions.CLAIM_LIMIT:
            self.wake()
        for lease in leases:
            attempt = self._attempts[lease.task_id] = Attempt(lease, self.workshop)
            attempt.task.add_done_callback(partial(self._ended, attempt))

    def _ended(self, attempt: Attempt, done: asyncio.Task[None]) -> None:
        if self._attempts.get(attempt.lease.task_id) is attempt:
            del self._attempts[attempt.lease.task_id]
            self._shown.pop(attempt.lease.task_id, None)
        self.wake()
        if not done.cancelled() and done.exception():
            logger.error("task %s: its end was not stored", attempt.lease.task_id, exc_info=done.exception())

    async def _tick_loop(self) -> None:
        """Write and whisper the progress of all tasks that moved, at most four times a second."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self._tick()

    async def _tick(self) -> None:
        moved = [attempt for attempt in self._attempts.values() if self._has_moved(attempt)]
        if moved:
            await self._write(lambda publisher: _write_progress(moved))

    def _has_moved(self, attempt: Attempt) -> bool:
        if attempt.run is None:
            return False
        facts = {**attempt.run.progress.facts(), "written": sum(attempt.run.progress.written.values())}
        moved = self._shown.get(attempt.lease.task_id) != facts
        self._shown[attempt.lease.task_id] = facts
        return moved

    async def _cleaning_loop(self) -> None:
        while True:
            await asyncio.sleep(settings.CLEANUP_INTERVAL_MINUTES * 60)
            await asyncio.to_thread(cleaning.clean)

    def _renew_for_ever(self) -> None:
        """Extend this worker's leases, on a connection of its own, however busy the event loop is."""
        while not self._stopped.wait(min(settings.LEASE_SECONDS, ALIVE_SECONDS) / 3):
            try:
                transitions.renew(self.worker, list(self._attempts))
                self._show_life()
            except DatabaseError:  # it may be away: the next turn tries again
                logger.warning("could not renew leases", exc_info=True)
                connection.close()
        connection.close()

    def _show_life(self) -> None:
        """Refresh this worker's row; a cleaning may have taken it while the machine was asleep."""
        self.worker.seen_at = timezone.now()
        if not Worker.objects.filter(pk=self.worker.pk).update(seen_at=self.worker.seen_at):
            self.worker.save(force_insert=True)

    async def _write(self, operation: Callable[[Publisher], T]) -> T:
        return await self.workshop.writer.write(operation)


def _write_progress(attempts: list[Attempt]) -> None:
    for attempt in attempts:
        assert attempt.run is not None
        try:
            task = attempt.lease.change(**attempt.run.progress.facts())
        except LeaseLost:
            continue
        bells.ring_after_commit(whisper([task.owner_id], "task.progress", **progress_payload(task)))


async def _restarting(loop: Callable[[], Awaitable[None]]) -> None:
    """Run `loop` for ever, again with back-off when it dies; three deaths in a minute are raised."""
    deaths: list[float] = []
    while True:
        try:
            return await loop()
        except Exception:
            now = time.monotonic()
            deaths = [death for death in deaths if now - death < 60] + [now]
            logger.exception("%s died", loop.__name__)
            if len(deaths) >= RESTARTS_A_MINUTE:
                raise
            await asyncio.sleep(0.5 * 2 ** len(deaths))


async def listen(channel: str, handle: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    """Hand every message on `channel` to `handle`, for ever, whatever the layer does."""
    pause = 0.5
    while True:
        try:
            message = await bells.channel_layer().receive(channel)
        except bells.LAYER_ERRORS:  # a lost bell costs at most one look at the table
            logger.warning("cannot listen on %s", channel, exc_info=True)
            await asyncio.sleep(pause)
            pause = min(30, pause * 2)
            continue
        pause = 0.5
        try:
            await handle(message)
        except ValueError:  # another version's bell; the table says all that matters
            logger.warning("did not understand %s on %s", message, channel)


_current: Supervisor | None = None


def start(only: UUID | None = None) -> Supervisor:
    """Make this process's supervisor. Call it inside the event loop that will run it."""
    global _current
    _current = Supervisor(only)
    return _current


def current() -> Supervisor:
    """This process's supervisor. Raise `RuntimeError` where none was started."""
    if _current is None:
        raise RuntimeError("no supervisor runs in this process")
    return _current
