"""One attempt at a task from its claim to its end: the stages in order, and how each of them can end it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from generator.audience import tell_updated
from generator.documents import DocumentUnreadable
from generator.drafts import Options
from generator.engines import engine_for
from generator.engines.errors import EngineError
from generator.models import Document, Task
from generator.pipeline.analysing import NothingTestable, analyse, language_for
from generator.pipeline.generating import generate
from generator.pipeline.progress import Progress
from generator.pipeline.reading import read
from generator.pipeline.reviewing import review
from generator.pipeline.revising import revise
from generator.pipeline.rewriting import rewrite
from generator.pipeline.run import Run, Workshop
from generator.rounds import Plan
from generator.transitions import Lease, LeaseLost
from realtime.events import Publisher

logger = logging.getLogger(__name__)
Act = Callable[[Publisher], None]

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
        self._is_stopping = False
        self._last_act: Act | None = lease.release
        self.task = asyncio.create_task(self._run(), name=f"task {lease.task_id}")

    def cancel(self) -> None:
        """End the task as cancelled: its user asked for it."""
        self._stop(self.lease.cancel)

    def release(self) -> None:
        """Stop and give the task back: this worker is shutting down."""
        self._stop(self.lease.release)

    def lose(self) -> None:
        """Stop without a word: the task is another's by now."""
        self._stop(None)

    def _stop(self, last_act: Act | None) -> None:
        if self._is_stopping:
            return
        self._is_stopping, self._last_act = True, last_act
        # After the next turn of the loop: a task that never began can't end itself.
        asyncio.get_running_loop().call_soon(self.task.cancel)

    async def _run(self) -> None:
        try:
            await self._attempt()
        except LeaseLost:
            logger.info("lost the lease of task %s", self.lease.task_id)
        except asyncio.CancelledError:
            await self._end_stopped()
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

    async def _stages(self) -> None:
        opened = await self.workshop.writer.write(partial(_open, self.lease))
        task = opened.task
        progress = Progress()
        run = self.run = Run(
            lease=self.lease,
            workshop=self.workshop,
            engine=engine_for(task.engine, task.endpoint, progress.heard),
            endpoint=task.endpoint,
            options=options_of(task),
            round=task.round,
            plan=opened.plan,
            is_analysed=opened.is_analysed,
            reader_language=task.owner.language,
            progress=progress,
        )
        try:
            await self._produce(run, opened.documents, is_new=opened.is_new)
        finally:
            await run.engine.aclose()

    async def _produce(self, run: Run, documents: list[Document], *, is_new: bool) -> None:
        await read(run, documents)
        run.language = language_for(run, documents)
        if run.plan.is_for_cases:
            await rewrite(run)
        else:
            if is_new:
                await revise(run, documents)
            elif not run.is_analysed:
                await analyse(run, documents)
            run.images.clear()
            await generate(run)
        await review(run)

    async def _fail(self, code: str, message: str) -> None:
        try:
            await self.workshop.writer.write(lambda publisher: self.lease.fail(publisher, code, message))
        except LeaseLost:
            logger.info("task %s had ended already", self.lease.task_id)

    async def _end_stopped(self) -> None:
        """The last write of a stopped attempt; whatever committed first stays."""
        if self._last_act is None:
            return
        try:
            await self.workshop.writer.write(self._last_act)
        except LeaseLost:
            logger.info("task %s had ended before it could be stopped", self.lease.task_id)


def options_of(task: Task) -> Options:
    """The stored options as engines take them."""
    stored: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in task.options.items()
    }
    return Options(**stored)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an attempt begins with; `is_new` when its documents are those of a changed requirement."""

    task: Task
    plan: Plan
    documents: list[Document]
    is_analysed: bool
    is_new: bool


def _open(lease: Lease, publisher: Publisher) -> Opened:
    """Begin *reading*. Raise `LeaseLost`."""
    task = lease.change(stage=Task.Stage.READING)
    task.note(f"stage.{task.stage}")
    tell_updated(publisher, task)
    plan, documents = Plan.of(task), list(task.documents)
    coming = list(task.all_documents.filter(revision=task.revision + 1)) if plan.kind == "revise" else []
    return Opened(task, plan, coming or documents, task.sections.exists(), bool(coming))
