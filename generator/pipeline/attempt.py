"""One attempt at a task from its claim to its end: the stages in order, and how each of them can end it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from generator.documents import DocumentUnreadable
from generator.drafts import Options
from generator.engines import engine_for
from generator.engines.errors import EngineError
from generator.models import Task
from generator.pipeline.analysing import NothingTestable, analyse, language_for
from generator.pipeline.generating import generate
from generator.pipeline.progress import Progress
from generator.pipeline.reading import read
from generator.pipeline.reviewing import review
from generator.pipeline.run import Run, Workshop
from generator.transitions import Lease, LeaseLost

logger = logging.getLogger(__name__)

NOTHING_TESTABLE = gettext_noop("The documents hold no statement that could be tested.")
DEADLINE = gettext_noop(
    "The task took longer than TASK_DEADLINE_MINUTES allows. Retry goes on where it stopped."
)
UNEXPECTED = gettext_noop(
    "The worker met an error of its own, which its log describes. Retry goes on where it stopped."
)


class Attempt:
    """Runs one claimed task in one asyncio task."""

    def __init__(self, lease: Lease, workshop: Workshop) -> None:
        self.lease = lease
        self.workshop = workshop
        self.run: Run | None = None
        self.cancel_requested = False
        self.task = asyncio.create_task(self._run(), name=f"task {lease.task_id}")

    def cancel(self) -> None:
        """End the task as cancelled: its user asked for it."""
        self.cancel_requested = True
        self.release()

    def release(self) -> None:
        """Stop and give the task back: this worker is shutting down."""
        # After the next turn of the loop: a task that never began can't end itself.
        asyncio.get_running_loop().call_soon(self.task.cancel)

    async def _run(self) -> None:
        try:
            await self._attempt()
        except LeaseLost:
            logger.info("lost the lease of task %s", self.lease.task_id)
        except asyncio.CancelledError:
            await self.end_cancelled()
        except Exception:
            logger.exception("task %s stopped by an error", self.lease.task_id)
            await self._fail("worker_lost", UNEXPECTED)

    async def _attempt(self) -> None:
        try:
            async with asyncio.timeout(settings.TASK_DEADLINE_MINUTES * 60):
                await self._stages()
        except TimeoutError:
            await self._fail("deadline", DEADLINE)
        except EngineError as error:
            await self._fail(error.code, error.reason)
        except DocumentUnreadable as error:
            await self._fail("document_unreadable", str(error))
        except NothingTestable:
            await self._fail("document_unreadable", NOTHING_TESTABLE)
        else:
            await self.workshop.writer.write(self.lease.complete)

    async def _stages(self) -> None:
        task = await self.workshop.writer.write(lambda publisher: _with_owner(self.lease))
        progress = Progress()
        run = self.run = Run(
            lease=self.lease,
            workshop=self.workshop,
            engine=engine_for(task.engine, task.endpoint, progress.heard),
            endpoint=task.endpoint,
            options=options_of(task),
            round=task.round,
            reader_language=task.owner.language,
            progress=progress,
        )
        try:
            await self._produce(run)
        finally:
            await run.engine.aclose()

    async def _produce(self, run: Run) -> None:
        documents = await read(run)
        run.language = language_for(run, documents)
        if not await run.write(lambda publisher: self.lease.task().sections.exists()):
            await analyse(run, documents)
        run.glossary = await run.write(lambda publisher: tuple(self.lease.task().glossary))
        await generate(run)
        await review(run)

    async def _fail(self, code: str, message: str) -> None:
        try:
            await self.workshop.writer.write(lambda publisher: self.lease.fail(publisher, code, message))
        except LeaseLost:
            logger.info("task %s had ended already", self.lease.task_id)

    async def end_cancelled(self) -> None:
        """The last write of a cancelled attempt; whatever committed first stays."""
        ending = self.lease.cancel if self.cancel_requested else self.lease.release
        try:
            await self.workshop.writer.write(ending)
        except LeaseLost:
            logger.info("task %s had ended before it could be cancelled", self.lease.task_id)


def options_of(task: Task) -> Options:
    """The stored options as engines take them."""
    stored: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in task.options.items()
    }
    return Options(**stored)


def _with_owner(lease: Lease) -> Task:
    lease.task()
    return Task.objects.select_related("owner").get(pk=lease.task_id)
