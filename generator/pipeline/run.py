"""One attempt at a task: what its stages share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeVar

from generator.audience import tell_updated
from generator.drafts import Engine, Language, Options
from generator.engines.errors import EnginePaused
from generator.models import Task
from generator.pipeline.finishing import Finished
from generator.pipeline.images import Images
from generator.pipeline.pauses import ProviderPauses, open_pauses, store_pause
from generator.pipeline.progress import Progress
from generator.pipeline.storing import Batch
from generator.pipeline.streams import Streams
from generator.pipeline.together import Together
from generator.rounds import Plan
from generator.transitions import Lease
from generator.writer import Writer
from realtime.events import Publisher

T = TypeVar("T")


@dataclass
class Workshop:
    """What all tasks of a worker process share."""

    writer: Writer
    cases: Together[Batch]
    finished: Together[Finished]
    streams: Streams
    pauses: ProviderPauses

    async def read_pauses(self) -> None:
        """Learn of the pauses that began in other processes."""
        self.pauses.learn(await self.writer.write(open_pauses))


@dataclass
class Run:
    """An attempt under way: the lease that fences it, its engine and how far it is."""

    lease: Lease
    workshop: Workshop
    engine: Engine
    endpoint: str
    options: Options
    round: int
    plan: Plan = field(default_factory=Plan)
    images: Images = field(default_factory=dict)
    """What *reading* holds ready for an engine that sees, until *analysing* is done."""
    is_analysed: bool = False
    reader_language: str = "en"
    language: Language = "en"
    glossary: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Progress)
    pause_noted: float = 0.0
    """The monotonic time until which the timeline says that the provider asked to wait."""

    async def write(self, operation: Callable[[Publisher], T]) -> T:
        return await self.workshop.writer.write(operation)

    async def enter(self, stage: Task.Stage, then: Callable[[Publisher], T]) -> T:
        """Begin `stage`, tell everyone, and do what comes first in it, all in one transaction."""
        self.progress.stage = stage

        def enter(publisher: Publisher) -> T:
            task = self.lease.change(stage=stage, **self.progress.facts())
            task.note(f"stage.{stage}")
            tell_updated(publisher, task)
            return then(publisher)

        return await self.write(enter)

    async def note(self, kind: str, **detail: object) -> None:
        await self.write(lambda publisher: self.lease.task().note(kind, **detail))

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[None]:
        """A turn at the model: after the provider's pause and when one of the worker's streams is free."""
        self.progress.queued += 1
        try:
            await self._wait_for_provider()
            await self.workshop.streams.acquire(self.lease.task_id)
            while self.workshop.pauses.until(self.endpoint) > time.monotonic():
                self.workshop.streams.release(self.lease.task_id)
                await self._wait_for_provider()
                await self.workshop.streams.acquire(self.lease.task_id)
        finally:
            self.progress.queued -= 1
        self.progress.streams += 1
        self.progress.heard()
        try:
            yield
        except EnginePaused as asked:
            await self._pause(asked)
            raise
        finally:
            self.progress.streams -= 1
            self.workshop.streams.release(self.lease.task_id)

    async def _pause(self, asked: EnginePaused) -> None:
        """Let nobody call the provider for a while, here at once, elsewhere within milliseconds."""
        moved = self.workshop.pauses.pause(self.endpoint, asked.retry_after)
        is_news = self.pause_noted <= time.monotonic()
        self.progress.paused_until = self.pause_noted = self.workshop.pauses.until(self.endpoint)
        if moved:
            await self.write(lambda publisher: store_pause(self.endpoint, asked.retry_after))
        if is_news:
            await self.note("provider.paused", seconds=ceil(asked.retry_after), reason=asked.reason)

    async def _wait_for_provider(self) -> None:
        while (wait := self.workshop.pauses.until(self.endpoint) - time.monotonic()) > 0:
            self.progress.paused_until = self.workshop.pauses.until(self.endpoint)
            await asyncio.sleep(wait)


async def all_of(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run `calls` together; the first exception cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish `work` even when the caller is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
