"""One attempt at a task: what its stages share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from generator.drafts import Engine, Language, Options
from generator.models import Task
from generator.pipeline.progress import Progress
from generator.transitions import Lease, tell_updated
from generator.writer import Writer
from realtime.events import Publisher

T = TypeVar("T")


class ProviderPauses:
    """Until when nobody should call an endpoint, because it answered 429 (`Retry-After`)."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def pause(self, endpoint: str, seconds: float) -> None:
        self._until[endpoint] = max(self.until(endpoint), time.monotonic() + seconds)

    def until(self, endpoint: str) -> float:
        """The monotonic time from which `endpoint` may be called."""
        return self._until.get(endpoint, 0.0)


@dataclass
class Workshop:
    """What all tasks of a worker process share."""

    writer: Writer
    streams: asyncio.Semaphore
    pauses: ProviderPauses


@dataclass
class Run:
    """An attempt under way: the lease that fences it, its engine and how far it is."""

    lease: Lease
    workshop: Workshop
    engine: Engine
    endpoint: str
    options: Options
    round: int
    reader_language: str = "en"
    language: Language = "en"
    glossary: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Progress)

    async def write(self, operation: Callable[[Publisher], T]) -> T:
        return await self.workshop.writer.write(operation)

    async def enter(self, stage: Task.Stage) -> None:
        """Begin `stage` and tell everyone."""
        self.progress.stage = stage

        def enter(publisher: Publisher) -> None:
            task = self.lease.change(stage=stage, **self.progress.facts())
            task.note(f"stage.{stage}")
            tell_updated(publisher, task)

        await self.write(enter)

    async def note(self, kind: str, **detail: object) -> None:
        await self.write(lambda publisher: self.lease.task().note(kind, **detail))

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[None]:
        """A turn at the model: after the provider's pause and when one of the worker's streams is free."""
        self.progress.queued += 1
        try:
            await self._wait_for_provider()
            await self.workshop.streams.acquire()
            while self.workshop.pauses.until(self.endpoint) > time.monotonic():
                self.workshop.streams.release()
                await self._wait_for_provider()
                await self.workshop.streams.acquire()
        finally:
            self.progress.queued -= 1
        self.progress.streams += 1
        self.progress.heard()
        try:
            yield
        finally:
            self.progress.streams -= 1
            self.workshop.streams.release()

    def pause_provider(self, seconds: float) -> None:
        self.workshop.pauses.pause(self.endpoint, seconds)
        self.progress.paused_until = self.workshop.pauses.until(self.endpoint)

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
