"""Storing cases as they come: those of one moment, of all streams, in one fenced write with their events."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Max

from generator.audience import audiences, tell
from generator.drafts import CaseDraft
from generator.models import Case, RequirementItem, Task
from generator.models.cases import PLACES_APART
from generator.payloads import case_payload
from generator.transitions import Lease
from realtime.events import Publisher

if TYPE_CHECKING:
    from generator.pipeline.run import Run

BATCH = 100
"""Cases of one stream in one write: their events fit the window of a socket that acknowledges."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that one stream brought; `items` by key, with their sections."""

    lease: Lease
    drafts: Sequence[CaseDraft]
    items: Mapping[str, RequirementItem]
    source: Case.Source


class CaseSink:
    """Takes cases from a stream without making it wait."""

    def __init__(self, run: Run, items: Sequence[RequirementItem], titles: Sequence[str] = ()) -> None:
        self._run = run
        self._items = {item.key: item for item in items}
        self._waiting: list[CaseDraft] = []
        self._storing: asyncio.Task[None] | None = None
        self.titles = list(titles)

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
        source = source_of(self._run)
        while self._waiting:
            drafts, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            await self._run.workshop.cases.store(Batch(self._run.lease, drafts, self._items, source))


def source_of(run: Run) -> Case.Source:
    """Who writes the run's cases."""
    return Case.Source.RULES if run.engine.name == "rules" else Case.Source.MODEL


def _look_at_error(storing: asyncio.Task[None]) -> None:
    """Whoever flushes hears of it; a caller that was cancelled no longer asks."""
    if not storing.cancelled():
        storing.exception()


def store_cases(publisher: Publisher, batches: list[Batch]) -> None:
    """Insert cases with their tasks' next numbers, and tell each one. Their tasks are locked."""
    entries = [(batch, draft) for batch in batches for draft in batch.drafts]
    added = Counter(batch.lease.task_id for batch, _ in entries)
    numbers = _last_numbers(list(added))
    cases = []
    for batch, draft in entries:
        numbers[batch.lease.task_id] += 1
        cases.append(_case(batch, draft, numbers[batch.lease.task_id]))
    Case.objects.bulk_create(cases)
    Case.items.through.objects.bulk_create(
        Case.items.through(case_id=case.pk, requirementitem_id=batch.items[key].pk)
        for case, (batch, draft) in zip(cases, entries, strict=True)
        for key in _known(batch, draft)
    )
    for number in set(added.values()):
        grown = [task_id for task_id, count in added.items() if count == number]
        Task.objects.filter(pk__in=grown).update(cases_count=F("cases_count") + number, rev=F("rev") + 1)
    told = audiences(Task.objects.visible().filter(pk__in=added))
    for case, (batch, draft) in zip(cases, entries, strict=True):
        if case.task_id not in told:
            continue
        payload = case_payload(case, requirements=sorted(_known(batch, draft), key=lambda key: int(key[1:])))
        tell(publisher, told[case.task_id], "case.created", task_id=str(case.task_id), case=payload)


def _last_numbers(task_ids: list[UUID]) -> Counter[UUID]:
    rows = Case.objects.filter(task__in=task_ids).order_by()
    return Counter(dict(rows.values_list("task").annotate(Max("number"))))


def _known(batch: Batch, draft: CaseDraft) -> list[str]:
    return [key for key in dict.fromkeys(draft.requirements) if key in batch.items]


def _case(batch: Batch, draft: CaseDraft, number: int) -> Case:
    known = _known(batch, draft)
    return Case(
        task_id=batch.lease.task_id,
        section=batch.items[known[0]].section if known else None,
        number=number,
        position=number * PLACES_APART,
        title=draft.title,
        priority=draft.priority,
        type=draft.type,
        technique=draft.technique,
        polarity=draft.polarity,
        preconditions=list(draft.preconditions),
        steps=[asdict(step) for step in draft.steps],
        data=draft.data,
        tags=list(draft.tags),
        source=batch.source,
        rule=draft.rule,
    )
