"""*Reviewing*: duplicates merged, unobservable results flagged, gaps asked for once more (design §6)."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

from django.db.models import F

from generator.audience import audience_of, tell, tell_updated
from generator.drafts import CaseDraft, Gap, Step, Usage
from generator.engines.errors import EngineError
from generator.engines.rules import missing_boundaries
from generator.models import Case, RequirementItem, Task
from generator.payloads import case_payload
from generator.pipeline.generating import brief_for, stream_cases
from generator.pipeline.run import Run
from generator.pipeline.storing import CaseSink
from generator.pipeline.usage import spent
from generator.transitions import Lease
from realtime.events import Publisher

NEAR_EQUAL = 0.9
"""Share of words that two cases' steps must have in common to be one."""
UNVERIFIABLE = "unverifiable"
VAGUE_RESULT = re.compile(
    r"^\W*(?:(?:it|everything|the (?:system|function|feature|page|operation|app(?:lication)?))\s+)?"
    r"(?:(?:should\s+)?(?:works?|behaves?|functions?|responds?)\s*"
    r"(?:correctly|properly|well|fine|normally|as expected)?"
    r"|(?:as|is|meets)\s+expect\w*|ok|okay|success(?:ful(?:ly)?)?|pass(?:es|ed)?|correct|normal"
    r"|(?:系统|功能|页面|操作|结果|程序)?(?:运行|显示|工作|处理|响应)?(?:正常|正确|成功|符合预期|符合要求|没有问题|无异常|通过))\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing, the items that lack it, and the titles of the cases that these have."""

    gaps: tuple[Gap, ...]
    items: list[RequirementItem]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at a task's cases found; nothing of it is written yet."""

    merged: list[Case]
    flagged: list[Case]
    missing: Gaps
    uncovered: int


NOTHING = Gaps((), [], ())


async def review(run: Run) -> None:
    """Mend what can be mended, leave what can't be visible in the coverage, and complete the task."""
    cases, items, may_ask = await run.enter(Task.Stage.REVIEWING, lambda publisher: _standing(run))
    findings = await asyncio.to_thread(_look_through, cases, items, may_ask=may_ask)
    await run.write(lambda publisher: _settle(run.lease, publisher, findings))
    if findings.missing.gaps:
        await _fill(run, findings.missing)
        await run.write(lambda publisher: _complete(run.lease, publisher))


def _standing(run: Run) -> tuple[list[Case], list[RequirementItem], bool]:
    """The cases and items that count, and whether this round may still ask for more."""
    task = run.lease.task()
    cases = list(task.cases.standing().with_relations().order_by("number"))
    items = list(task.items.current().select_related("section"))
    return cases, items, run.engine.name == "openai" and task.reviewed_round != run.round


def _look_through(cases: list[Case], items: list[RequirementItem], *, may_ask: bool) -> Findings:
    """For a thread: it may take seconds, and transactions should be short."""
    merged = list(_duplicates(cases))
    standing = [case for case in cases if case.merged_into is None]
    covered = {key for case in standing for key in case.requirement_keys}
    return Findings(
        merged=merged,
        flagged=[case for case in standing if _is_unverifiable(case)],
        missing=_gaps(items, standing) if may_ask else NOTHING,
        uncovered=sum(item.key not in covered for item in items),
    )


def _settle(lease: Lease, publisher: Publisher, findings: Findings) -> None:
    """Write what was found, and complete the task unless something is to be asked for."""
    task = _tidy(lease, publisher, findings)
    if findings.missing.gaps:
        task.note("review.gaps", count=len(findings.missing.gaps))
        tell_updated(publisher, task)
    else:
        _end(lease, publisher, task, findings.uncovered)


def _complete(lease: Lease, publisher: Publisher) -> None:
    task = lease.task()
    uncovered = task.items.current().exclude(cases__in=task.cases.standing()).count()
    _end(lease, publisher, task, uncovered)


def _end(lease: Lease, publisher: Publisher, task: Task, uncovered: int) -> None:
    """Complete the task; its timeline says how many items stay without a case."""
    if uncovered:
        task.note("review.uncovered", count=uncovered)
    lease.complete(publisher)


def _tidy(lease: Lease, publisher: Publisher, findings: Findings) -> Task:
    """Merge and flag what nobody changed since it was looked at. The task as it is after that."""
    task = lease.task()
    looked_at = [*findings.merged, *findings.flagged]
    revs = dict(task.cases.present().filter(pk__in=[case.pk for case in looked_at]).values_list("pk", "rev"))
    merged, flagged = (
        [copy(case) for case in found if revs.get(case.pk) == case.rev]
        for found in (findings.merged, findings.flagged)
    )
    for case in flagged:
        case.flags = [*case.flags, UNVERIFIABLE]
    told = {} if task.deleted_at else audience_of([task.pk])[task.pk]
    for case in [*merged, *flagged]:
        case.rev += 1
        tell(publisher, told, "case.updated", task_id=str(task.pk), case=case_payload(case))
    Case.objects.bulk_update([*merged, *flagged], ["merged_into", "flags", "rev"], batch_size=200)
    if flagged:
        task.note("review.flagged", count=len(flagged))
    if merged:
        task.note("review.merged", count=len(merged))
        return lease.change(cases_count=F("cases_count") - len(merged))
    return task


def _duplicates(cases: list[Case]) -> Iterable[Case]:
    """Cases of the same items and technique with near-equal steps: the later ones, with `merged_into` set.

    What a person wrote, edited or accepted is never merged away.
    """
    kept: defaultdict[tuple[object, ...], list[tuple[Case, set[str]]]] = defaultdict(list)
    for case in cases:
        group = kept[(tuple(case.requirement_keys), case.technique, case.polarity)]
        words = _words(case)
        twin = None
        if not _is_a_persons(case):
            twin = next((other for other, theirs in group if _near_equal(words, theirs)), None)
        if twin is None:
            group.append((case, words))
        else:
            case.merged_into = twin
            yield case


def _is_a_persons(case: Case) -> bool:
    return case.edited or case.review == Case.Review.ACCEPTED or case.source == Case.Source.PERSON


def _words(case: Case) -> set[str]:
    """Words (Latin), characters (Han) and numbers of a case's steps and data, numbers with their order."""
    text = " ".join([*(f"{step['action']} {step['expected']}" for step in case.steps), case.data])
    numbers = {f"{place}:{number}" for place, number in enumerate(re.findall(r"\d+(?:\.\d+)?", text))}
    return set(re.findall(r"[a-z]+|[\u4e00-\u9fff]", text.lower())) | numbers


def _near_equal(one: set[str], other: set[str]) -> bool:
    """Jaccard similarity of at least `NEAR_EQUAL`, and no number apart: boundary cases differ in values."""
    common, every = one & other, one | other
    differ_in_number = any(word[0].isdigit() for word in every - common)
    return not differ_in_number and len(common) >= NEAR_EQUAL * len(every)


def _is_unverifiable(case: Case) -> bool:
    """Whether its last expected result names nothing that somebody could observe."""
    if UNVERIFIABLE in case.flags or case.source == Case.Source.PERSON:
        return False
    expected = case.steps[-1]["expected"].strip()
    return not expected or bool(VAGUE_RESULT.match(expected))


async def _fill(run: Run, missing: Gaps) -> None:
    """One more call for just what is missing. Its failure costs the gaps, not the task."""
    sink = CaseSink(run, missing.items)
    brief = replace(brief_for(run, "", missing.items, written=missing.titles), gaps=missing.gaps)
    try:
        await stream_cases(run, brief, sink, partial(_keep, run))
    except EngineError as error:
        await run.note("review.failed", reason=error.reason, code=error.code)


async def _keep(run: Run, usage: Usage) -> None:
    await run.write(lambda publisher: _checkpoint(run, usage))


def _gaps(items: list[RequirementItem], cases: list[Case]) -> Gaps:
    """Items without a case and numbers without all of their boundary points."""
    drafts: defaultdict[str, list[CaseDraft]] = defaultdict(list)
    for case in cases:
        for key in case.requirement_keys:
            drafts[key].append(_draft(case))
    gaps = tuple(gap for item in items for gap in _gaps_of(item, drafts[item.key]))
    missing = {gap.key for gap in gaps}
    titles = dict.fromkeys(draft.title for key in missing for draft in drafts[key])
    return Gaps(gaps, [item for item in items if item.key in missing], tuple(titles))


def _gaps_of(item: RequirementItem, drafts: list[CaseDraft]) -> list[Gap]:
    if not drafts:
        return [Gap(item.key, "no case yet")]
    return [
        Gap(item.key, f"boundary {' / '.join(boundary.points)} {boundary.unit}".strip())
        for boundary in missing_boundaries(item.text, drafts)
    ]


def _draft(case: Case) -> CaseDraft:
    return CaseDraft(
        title=case.title,
        requirements=tuple(case.requirement_keys),
        steps=tuple(Step(**step) for step in case.steps),
        data=case.data,
    )


def _checkpoint(run: Run, usage: Usage) -> None:
    """The gaps' call is paid for, and not made again in this round."""
    run.lease.change(reviewed_round=run.round, **spent(run.endpoint, usage))
