"""Storing cases as they come: those of one moment in one fenced write, each with its event."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from uuid import UUID

from django.db.models import F, Max

from generator.drafts import CaseDraft
from generator.models import Case, RequirementItem
from generator.payloads import case_payload
from generator.pipeline.run import Run
from generator.transitions import Lease
from realtime.events import Publisher

BATCH = 100
"""Cases in one write: their events fit the window of a socket that acknowledges."""


class CaseSink:
    """Takes cases from a stream without making it wait; while one write is under way the next ones gather."""

    def __init__(self, run: Run, items: Sequence[RequirementItem]) -> None:
        self._run = run
        self._items = {item.key: item for item in items}
        self._waiting: list[CaseDraft] = []
        self._storing: asyncio.Task[None] | None = None
        self.titles: list[str] = []

    def add(self, draft: CaseDraft) -> None:
        self.titles.append(draft.title)
        self._waiting.append(draft)
        if self._storing is None or (self._storing.done() and not self._storing.exception()):
            self._storing = asyncio.create_task(self._store())
            self._storing.add_done_callback(_look_at_error)

    async def flush(self) -> None:
        """Return once all is stored. Raise `LeaseLost`."""
        if self._storing:
            await asyncio.shield(self._storing)

    async def _store(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            await self._run.write(partial(self._insert, batch=batch))

    def _insert(self, publisher: Publisher, batch: list[CaseDraft]) -> None:
        store_cases(self._run.lease, publisher, batch, self._items, self._run.engine.name)


def _look_at_error(storing: asyncio.Task[None]) -> None:
    """Whoever flushes hears of it; a caller that was cancelled no longer asks."""
    if not storing.cancelled():
        storing.exception()


def store_cases(
    lease: Lease,
    publisher: Publisher,
    drafts: Sequence[CaseDraft],
    items: dict[str, RequirementItem],
    engine: str,
) -> None:
    """Insert `drafts` under the fence, with the task's next numbers, and tell each one. Raise `LeaseLost`."""
    task = lease.task()
    last = task.cases.aggregate(last=Max("number"))["last"] or 0
    source = Case.Source.RULES if engine == "rules" else Case.Source.MODEL
    cases = Case.objects.bulk_create(
        _case(draft, task_id=task.pk, number=number, items=items, source=source)
        for number, draft in enumerate(drafts, last + 1)
    )
    Case.items.through.objects.bulk_create(
        Case.items.through(case_id=case.pk, requirementitem_id=items[key].pk)
        for case, draft in zip(cases, drafts, strict=True)
        for key in dict.fromkeys(draft.requirements)
        if key in items
    )
    lease.change(cases_count=F("cases_count") + len(cases))
    for case in Case.objects.filter(pk__in=[case.pk for case in cases]).with_relations().order_by("number"):
        publisher.tell(task.owner_id, "case.created", task_id=str(task.pk), case=case_payload(case))


def _case(
    draft: CaseDraft, *, task_id: UUID, number: int, items: dict[str, RequirementItem], source: str
) -> Case:
    item = next((items[key] for key in draft.requirements if key in items), None)
    return Case(
        task_id=task_id,
        section_id=item.section_id if item else None,
        number=number,
        position=number,
        title=draft.title,
        priority=draft.priority,
        type=draft.type,
        technique=draft.technique,
        polarity=draft.polarity,
        preconditions=list(draft.preconditions),
        steps=[asdict(step) for step in draft.steps],
        data=draft.data,
        tags=list(draft.tags),
        source=source,
        rule=draft.rule,
    )
