"""*Reviewing*: duplicates merged, unobservable results mended, gaps asked for once more (design §6)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from generator.audience import tell_updated
from generator.drafts import CaseDraft, Usage
from generator.engines.errors import EngineError, EngineInterrupted
from generator.models import Case, RequirementItem, Task
from generator.pipeline.findings import Findings, Gaps, look_through
from generator.pipeline.generating import brief_for, stream_cases
from generator.pipeline.likeness import is_vague
from generator.pipeline.mending import mend_cases, tidy
from generator.pipeline.retrying import Patience
from generator.pipeline.run import Run
from generator.pipeline.storing import CaseSink
from generator.pipeline.usage import spent
from realtime.events import Publisher

MERGED_AT_ONCE = 200
"""Duplicates written in one transaction: a quarter of a second, in which no one else writes to SQLite."""


async def review(run: Run) -> None:
    """Mend what can be mended, leave what can't be visible in the coverage, and complete the task."""
    cases, items, askable = await run.enter(Task.Stage.REVIEWING, lambda publisher: _standing(run))
    findings = await asyncio.to_thread(look_through, cases, items, after=run.plan.after, askable=askable)
    await _write_down(run, findings, is_last=not findings.missing.gaps)
    if findings.missing.gaps:
        await _fill(run, findings.missing)
        await _look_again(run)


async def _look_again(run: Run) -> None:
    """What the call for the gaps brought is judged as well, and nothing more is asked for."""
    cases, items, _ = await run.write(lambda publisher: _standing(run))
    findings = await asyncio.to_thread(look_through, cases, items, after=run.plan.after)
    await _write_down(run, findings, is_last=True)


async def _write_down(run: Run, findings: Findings, *, is_last: bool) -> None:
    *early, rest = findings.parts(MERGED_AT_ONCE)
    for part in early:
        await run.write(partial(tidy, run.lease, findings=part, is_last=False))
    await run.write(lambda publisher: _settle(run, publisher, rest, is_last=is_last))


def _standing(run: Run) -> tuple[list[Case], list[RequirementItem], list[RequirementItem]]:
    """The cases and items that count, and the items for which this round may still ask for more."""
    task = run.lease.task()
    cases = list(task.cases.standing().with_relations().order_by("number"))
    items = list(task.items.current().select_related("section"))
    if run.engine.name != "openai" or task.reviewed_round == run.round or run.plan.is_for_cases:
        return cases, items, []
    is_revision = run.plan.kind == "revise"
    return cases, items, [item for item in items if not is_revision or item.revision == task.revision]


def _settle(run: Run, publisher: Publisher, findings: Findings, *, is_last: bool) -> None:
    """Write what was found, and complete the task unless something is to be asked for."""
    task = tidy(run.lease, publisher, findings, is_last=is_last)
    if not is_last:
        _note_gaps(task, findings.missing)
        tell_updated(publisher, task)
        return
    if findings.outdated:
        task.note("review.outdated", count=len(findings.outdated))
    if not run.plan.is_for_cases:
        if findings.uncovered:
            task.note("review.uncovered", count=findings.uncovered)
        if findings.incomplete:
            task.note("review.boundaries", count=findings.incomplete)
    run.lease.complete(publisher)


def _note_gaps(task: Task, missing: Gaps) -> None:
    """How many of each kind are asked for."""
    task.note(
        "review.gaps",
        count=len(missing.gaps),
        uncovered=sum(gap.wanted == Gaps.UNCOVERED for gap in missing.gaps),
        boundaries=sum(not gap.title and gap.wanted != Gaps.UNCOVERED for gap in missing.gaps),
        vague=len(missing.vague),
    )


class _Mending(CaseSink):
    """Takes what was missing; what bears the title of a vague case is to stand in that case's place."""

    def __init__(self, run: Run, missing: Gaps) -> None:
        super().__init__(run, missing.items, missing.titles)
        self._vague = {case.title.casefold(): case for case in missing.vague}
        self.mended: list[tuple[Case, CaseDraft]] = []

    def add(self, draft: CaseDraft) -> None:
        case = self._vague.get(draft.title.casefold())
        if case is None:
            super().add(draft)
        elif not is_vague(draft.steps[-1].expected):
            self.mended.append((case, draft))

    @property
    def is_getting_on(self) -> int:
        return len(self.titles) + len(self.mended)


async def _fill(run: Run, missing: Gaps) -> None:
    """One more call for just what is missing. Its failure costs the gaps, not the task."""
    sink = _Mending(run, missing)
    patience = Patience(run)
    while True:
        before = sink.is_getting_on
        brief = replace(
            brief_for(run, "", missing.items, written=tuple(sink.titles)),
            gaps=missing.left({case.pk for case, _ in sink.mended}),
        )
        try:
            await stream_cases(run, brief, sink, partial(_keep, run, sink.mended))
        except EngineInterrupted as error:
            if sink.is_getting_on > before:
                patience.gained()
            if (wait := _wait_after(patience, error)) is None:
                return await _give_up(run, sink.mended, error)
            await asyncio.sleep(wait)
        except EngineError as error:
            return await _give_up(run, sink.mended, error)
        else:
            return None


def _wait_after(patience: Patience, error: EngineInterrupted) -> float | None:
    """None when it is enough."""
    try:
        return patience.wait_after(error)
    except EngineError:
        return None


async def _give_up(run: Run, mended: Collection[tuple[Case, CaseDraft]], error: EngineError) -> None:
    await _keep(run, mended, Usage())
    await run.note("review.failed", reason=error.reason, code=error.code)


async def _keep(run: Run, mended: Collection[tuple[Case, CaseDraft]], usage: Usage) -> None:
    await run.write(lambda publisher: _checkpoint(run, publisher, mended, usage))


def _checkpoint(
    run: Run, publisher: Publisher, mended: Collection[tuple[Case, CaseDraft]], usage: Usage
) -> None:
    """The gaps' call is paid for, and not made again in this round."""
    task = run.lease.change(reviewed_round=run.round, **spent(run.endpoint, usage))
    mend_cases(task, publisher, mended)
