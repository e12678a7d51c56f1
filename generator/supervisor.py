"""Claims tasks and runs each in an asyncio task of its own.

The table is the queue; bells only wake the supervisor (design §3).
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError

from generator import cleaning, transitions
from generator.audience import audience_of
from generator.leasing import LeaseKeeper
from generator.models import Task, Worker
from generator.payloads import progress_payload
from generator.pipeline.attempt import Attempt
from generator.pipeline.finishing import complete_sections
from generator.pipeline.pauses import ProviderPauses
from generator.pipeline.progress import store_progress
from generator.pipeline.run import Workshop
from generator.pipeline.storing import store_cases
from generator.pipeline.streams import Streams
from generator.pipeline.together import Together
from generator.queue import QueueTeller
from generator.transitions import Lease
from generator.warming import load_links, load_tls
from generator.writer import Writer
from realtime import bells
from realtime.events import Publisher, encode, whispers
from realtime.notifications.delivering import deliver_for_ever

logger = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_SECONDS = 2.0
TICK_SECONDS = 0.25
RELEASE_SECONDS = 3.0
"""Kept back from a drain's time for giving tasks back."""
RESTARTS_A_MINUTE = 3


class Supervisor:
    """One worker process's tasks. Runs in the event loop that called `run`."""

    def __init__(self, only: UUID | None = None) -> None:
        self._only = only
        self._bell = asyncio.Event()
        self._attempts: dict[UUID, Attempt] = {}
        self._shown: dict[UUID, dict[str, object]] = {}
        self._draining = False
        # One that runs a single task takes nobody else's, like one that drains.
        self.worker = Worker(
            host=socket.gethostname(),
            pid=os.getpid(),
            slots=settings.LLM_CONCURRENCY,
            draining=only is not None,
        )
        writer = Writer()
        streams = Streams(settings.LLM_CONCURRENCY)
        cases, finished = Together(writer, store_cases), Together(writer, complete_sections)
        self.workshop = Workshop(writer, cases, finished, streams, ProviderPauses())
        self.queue = QueueTeller(self.worker, writer)
        self._keeper = LeaseKeeper(self.worker, self._leases, self._lose)

    # --- life

    async def run(self) -> None:
        """Work until `drain`. Raise what a loop died of when it died three times in a minute."""
        await asyncio.to_thread(load_tls)
        if not self._draining:
            await self._write(lambda publisher: self.worker.save(force_insert=True))
        if self._draining:  # it was told to stop before it had begun
            return
        loops = [self._keeper.keep, self._claim_loop, self._tick_loop]
        if self._only is None:
            loops += [self._cleaning_loop, self.queue.tell_for_ever, deliver_for_ever]
        try:
            await asyncio.gather(*(_restarting(loop) for loop in loops), asyncio.to_thread(load_links))
        finally:
            self._keeper.stop()
            self.workshop.writer.give_up()

    async def drain(self, seconds: float) -> None:
        """Claim no more, let running tasks finish and give the rest back, all within `seconds`.

        Raise `DatabaseError` where the database was away for that time: leases run out then.
        """
        try:
            await self._drain(seconds)
        finally:
            self._keeper.stop()
            self.workshop.writer.give_up()

    async def _drain(self, seconds: float) -> None:
        self._draining = True
        finish_by = time.monotonic() + seconds - min(RELEASE_SECONDS, seconds / 5)
        asyncio.get_running_loop().call_later(max(seconds, RELEASE_SECONDS), self.workshop.writer.give_up)
        this_worker = Worker.objects.filter(pk=self.worker.pk)
        await self._write(lambda publisher: this_worker.update(draining=True))
        self.queue.moved()
        await self._until_idle(finish_by)
        for attempt in list(self._attempts.values()):
            attempt.release()
        await self._until_idle(None)
        self._keeper.stop(is_drained=True)
        await self._write(lambda publisher: this_worker.delete())
        await self.queue.leave()
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

    def _leases(self) -> list[Lease]:
        return [attempt.lease for attempt in list(self._attempts.values())]

    def _lose(self, leases: list[Lease]) -> None:
        """Stop what somebody else has by now, without a word."""
        for lease in leases:
            attempt = self._attempts.get(lease.task_id)
            if attempt and attempt.lease == lease:
                logger.info("lost the lease of task %s", lease.task_id)
                attempt.lose()

    # --- loops

    async def _claim_loop(self) -> None:
        while not self._draining:
            self._bell.clear()
            await self._look()
            try:  # not `wait_for`, which on Python 3.11 may swallow its own cancelling
                async with asyncio.timeout(LOOK_SECONDS * random.uniform(0.8, 1.2)):  # noqa: S311
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """Claim what is pending, stop what was cancelled without a bell, rescue what others lost."""
        await self._claim()
        await self.stop_cancelled()
        await self.workshop.read_pauses()
        if self._only is None and await self._write(self._keeper.rescue) > 0:
            await self._claim()

    async def _claim(self) -> None:
        free = settings.LLM_CONCURRENCY - len(self._attempts)
        if free <= 0 or self._draining:
            return
        leases = await self._write(
            partial(transitions.claim, worker=self.worker, limit=free, only=self._only)
        )
        if len(leases) == transitions.CLAIM_LIMIT:
            self.wake()
        for lease in leases:
            self._begin(lease)

    def _begin(self, lease: Lease) -> None:
        earlier = self._attempts.get(lease.task_id)
        if earlier:
            earlier.lose()
        self.workshop.streams.enter(lease.task_id)
        attempt = self._attempts[lease.task_id] = Attempt(lease, self.workshop)
        attempt.task.add_done_callback(partial(self._ended, attempt))
        self.queue.moved()

    def _ended(self, attempt: Attempt, done: asyncio.Task[None]) -> None:
        if self._attempts.get(attempt.lease.task_id) is attempt:
            del self._attempts[attempt.lease.task_id]
            self.workshop.streams.leave(attempt.lease.task_id)
            self._shown.pop(attempt.lease.task_id, None)
        self.wake()
        self.queue.moved()
        if not done.cancelled() and done.exception():
            logger.error("task %s: its end was not stored", attempt.lease.task_id, exc_info=done.exception())

    async def _tick_loop(self) -> None:
        """Write and whisper the progress of all tasks that moved, at most four times a second."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self._tick()
            await self._note_outages()

    async def _tick(self) -> None:
        moved = [attempt for attempt in self._attempts.values() if self._has_moved(attempt)]
        if moved:
            await self._write(lambda publisher: _write_progress(moved))

    async def _note_outages(self) -> None:
        """Say in the timelines of our tasks why nothing moved, and let other workers renew."""
        outages = self.workshop.writer.outages
        while outages:
            self._keeper.let_others_renew()
            note = partial(_note_outage, self._leases(), round(outages.popleft(), 1))
            await self._write(note)

    def _has_moved(self, attempt: Attempt) -> bool:
        if attempt.run is None:
            return False
        facts = {**attempt.run.progress.facts(), "written": sum(attempt.run.progress.written.values())}
        moved = self._shown.get(attempt.lease.task_id) != facts
        self._shown[attempt.lease.task_id] = facts
        return moved

    async def _cleaning_loop(self) -> None:
        while True:
            await asyncio.to_thread(cleaning.clean_if_it_is_our_turn)
            await asyncio.sleep(cleaning.LOOK_SECONDS)

    async def _write(self, operation: Callable[[Publisher], T]) -> T:
        return await self.workshop.writer.write(operation)


def _write_progress(attempts: list[Attempt]) -> None:
    reached = [(attempt.lease, attempt.run.progress.facts()) for attempt in attempts if attempt.run]
    told: defaultdict[UUID, list[str]] = defaultdict(list)
    visible = [task for task in store_progress(reached) if task.deleted_at is None]
    hearers = audience_of(task.pk for task in visible)
    for task in visible:
        frame = encode({"type": "task.progress", **progress_payload(task)})
        for user_id in hearers[task.pk]:
            told[user_id].append(frame)
    bells.ring_after_commit([whispers(user_id, frames) for user_id, frames in told.items()])


def _note_outage(leases: list[Lease], seconds: float, _publisher: Publisher) -> None:
    held = Task.objects.running().filter(pk__in=[lease.task_id for lease in leases]).order_by("pk")
    for task in held.light():
        task.note("database.away", seconds=seconds)


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
    """Hand every message on `channel` to `handle`, for ever. A lost one costs one look at the table."""
    while True:
        try:
            await handle(await bells.channel_layer().receive(channel))
        except (ValueError, DatabaseError):  # another version's bell, or the database is away
            logger.warning("a bell on %s is lost", channel, exc_info=True)


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
