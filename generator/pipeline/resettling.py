"""Storing a changed requirement: sections, items and what it means for cases, in one fenced write."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db.models import F

from generator.audience import tell_updated
from generator.comparison import Comparison, Found, heading, place_of
from generator.drafts import Analysis, Question, SectionDraft
from generator.models import Case, CaseVersion, Document, RequirementItem, Section, Task
from generator.models.cases import OUTDATED, WAS_ACCEPTED
from generator.pipeline.images import put_away
from generator.pipeline.likeness import is_a_persons
from generator.pipeline.mending import store
from generator.pipeline.run import Run
from generator.saving import save_all
from generator.versions import version_of
from realtime.events import Publisher

APART = 1_000_000
"""Positions are unique: while sections get theirs anew, the former ones stand beyond all others."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The comparison in its final words, with what the calls for it found, and the pictures that they saw."""

    comparison: Comparison
    analyses: Sequence[Analysis]
    questions: list[Question]
    documents: list[Document]
    seen: Counter[int]


def settle(run: Run, publisher: Publisher, revision: Revision) -> None:
    """Make the new documents the task's, and its items, sections and cases fit them."""
    task, comparison = run.lease.task(), revision.comparison
    items = {item.number: item for item in task.items.select_related("section")}
    items = {n: item for n, item in items.items() if not item.obsolete or n in comparison.back}
    before = {item.pk: item.section_id for item in items.values()}
    cases = list(task.cases.with_relations())
    back = [case for case in cases if _comes_back(case, comparison)]
    served = {item.pk for case in back for item in case.items.all()}
    sections = _place_sections(task, comparison, items)
    _store_items(task, comparison, items, sections, served)
    now = {item.pk: item for item in items.values()}
    places = task.sections.in_bulk()
    for case in cases:
        case.section = places.get(case.section_id)
    _follow_items(cases, now, before)
    outdated, gone = _mark_cases(task, publisher, comparison, cases, now)
    pending = {item.section_id for item in task.items.current().filter(is_written=False)}
    task.sections.current().exclude(pk__in=pending).update(status=Section.Status.COMPLETED)
    task = _become(run, revision, sections)
    task.note("revised", **_counts(revision.comparison), outdated=outdated, obsolete=gone)
    dropped = sum(analysis.dropped for analysis in revision.analyses)
    if dropped:
        task.note("items.dropped", count=dropped)
    put_away(task, run.images, revision.seen)
    tell_updated(publisher, task)


def _counts(comparison: Comparison) -> dict[str, int]:
    return {
        "unchanged": len(comparison.kept),
        "changed": len(comparison.changed),
        "added": len(comparison.new()),
        "removed": len(comparison.removed),
    }


def _become(run: Run, revision: Revision, sections: list[Section]) -> Task:
    task = Task.objects.get(pk=run.lease.task_id)
    pasted = [document.text for document in revision.documents if document.is_pasted]
    asked = [*revision.questions, *(one for analysis in revision.analyses for one in analysis.questions)]
    terms = [*task.glossary, *(term for analysis in revision.analyses for term in analysis.glossary)]
    return run.lease.change(
        revision=F("revision") + 1,
        requirement="".join(pasted),
        questions=[asdict(question) for question in dict.fromkeys(asked)],
        glossary=list(dict.fromkeys(terms)),
        sections_total=len(sections),
        sections_done=len(sections) - task.sections.unfinished().count(),
        cases_count=task.cases.standing().count(),
    )


# --- sections


def _place_sections(task: Task, comparison: Comparison, items: dict[int, RequirementItem]) -> list[Section]:
    """The new sections in their order, each the former row of its heading or of most of its items."""
    task.sections.update(position=F("position") + APART)
    former = {section.pk: section for section in task.sections.all()}
    rows = _matched(task, comparison, items, former)
    kept = [row for row in rows if row.pk]
    left = [section for pk, section in former.items() if pk not in {row.pk for row in kept}]
    for n, section in enumerate(left, len(rows)):
        section.position, section.obsolete = n, True
    for n, (row, draft) in enumerate(zip(rows, comparison.sections, strict=True)):
        _fit(row, n, draft)
    save_all([*kept, *left], FITTED)
    Section.objects.bulk_create(row for row in rows if not row.pk)
    return rows


FITTED = "position title document start end status error_code error_message obsolete".split()


def _fit(row: Section, position: int, draft: SectionDraft) -> None:
    row.position, row.title, row.obsolete = position, draft.title[:300], False
    row.document, row.start, row.end = draft.span.document, draft.span.start, draft.span.end
    row.status, row.error_code, row.error_message = Section.Status.PENDING, "", ""


def _matched(
    task: Task, comparison: Comparison, items: dict[int, RequirementItem], former: dict[int, Section]
) -> list[Section]:
    free = dict(former)
    rows: list[Section | None] = [None] * len(comparison.sections)
    called: defaultdict[str, deque[Section]] = defaultdict(deque)
    for row in sorted(former.values(), key=lambda row: row.obsolete):
        called[heading(row.title)].append(row)
    for n, draft in enumerate(comparison.sections):
        same = called[heading(draft.title)]
        if same:
            rows[n] = free.pop(same.popleft().pk)
    for number, place in comparison.kept.items():
        before = items[number].section_id
        if rows[place.section] is None and before in free:
            rows[place.section] = free.pop(before)
    return [row or Section(task=task) for row in rows]


# --- items


def _store_items(
    task: Task,
    comparison: Comparison,
    items: dict[int, RequirementItem],
    sections: list[Section],
    served: Collection[int],
) -> None:
    """`served` are those that have a case when they come back; the others are written for anew."""
    for number, found in comparison.kept.items():
        item = items[number]
        item.is_written = item.is_written or item.section.status == Section.Status.COMPLETED
        if item.text == item.quote:
            item.text = found.draft.text
        _move(item, found, sections)
    for number, found in comparison.changed.items():
        item = items[number]
        item.text, item.kind, item.is_written = found.draft.text, found.draft.kind, False
        item.revision = task.revision + 1
        _move(item, found, sections)
    for number, found in comparison.back.items():
        item = items[number]
        item.obsolete = False
        if item.pk not in served:
            item.is_written, item.revision = False, task.revision + 1
        _move(item, found, sections)
    for number in comparison.removed:
        items[number].obsolete = True
    save_all(list(items.values()), STORED)
    _add_items(task, comparison.added, sections)


STORED = "section document start end quote text label kind obsolete revision is_written".split()


def _move(item: RequirementItem, found: Found, sections: list[Section]) -> None:
    span = found.draft.span
    item.document, item.start, item.end = span.document, span.start, span.end
    item.quote, item.label = found.draft.quote, found.draft.label[:40]
    item.section = sections[found.section]


def _add_items(task: Task, added: Iterable[Found], sections: list[Section]) -> None:
    last = max(task.items.values_list("number", flat=True), default=0)
    in_order = sorted(added, key=lambda found: place_of(found.draft.span))
    new = []
    for number, found in enumerate(in_order, last + 1):
        item = RequirementItem(task=task, number=number, text=found.draft.text, kind=found.draft.kind)
        item.revision = task.revision + 1
        _move(item, found, sections)
        new.append(item)
    RequirementItem.objects.bulk_create(new, batch_size=1_000)


# --- cases


def _comes_back(case: Case, comparison: Comparison) -> bool:
    """Whether it went with its item alone, and not because new ones took its place."""
    if not case.obsolete or case.deleted_at or (OUTDATED in case.flags and not is_a_persons(case)):
        return False
    return any(item.number in comparison.back for item in case.items.all())


def _follow_items(cases: list[Case], now: dict[int, RequirementItem], before: dict[int, int]) -> None:
    """Cases go where their first standing item went, unless somebody had put them elsewhere."""
    sections = {pk: item.section for pk, item in now.items() if not item.obsolete}
    moved = []
    for case in cases:
        first = next((item.pk for item in case.items.all() if item.pk in sections), None)
        if first is None or case.section_id == sections[first].pk:
            continue
        if case.section is None or case.section.obsolete or case.section_id == before.get(first):
            case.section = sections[first]
            moved.append(case)
    save_all(moved, ["section"])


def _mark_cases(
    task: Task,
    publisher: Publisher,
    comparison: Comparison,
    cases: list[Case],
    now: dict[int, RequirementItem],
) -> tuple[int, int]:
    """How many cases want another look since their item changed, and how many test nothing any more."""
    outdated, gone, back = [], [], [case for case in cases if _comes_back(case, comparison)]
    for case in back:
        case.obsolete = False
    for case in cases:
        if case.deleted_at or case.obsolete:
            continue
        items = list(case.items.all())
        standing = [item for item in items if item.pk in now and not now[item.pk].obsolete]
        if items and not standing:
            gone.append(case)
        elif any(item.number in comparison.changed for item in standing):
            outdated.append(case)
    _outdate(outdated)
    told = {case.pk: case for case in [*back, *outdated, *(_made_obsolete(case) for case in gone)]}
    store(task, publisher, told.values(), ["flags", "review", "obsolete", "rev"])
    return len(outdated), len(gone)


def _outdate(cases: list[Case]) -> None:
    """Whoever accepted a case accepted it for the former words: it is a draft again, as its history says."""
    accepted = [case for case in cases if case.review == Case.Review.ACCEPTED]
    CaseVersion.objects.bulk_create(version_of(case) for case in accepted)
    for case in cases:
        case.flags = [*(flag for flag in case.flags if flag != OUTDATED), OUTDATED]
    for case in accepted:
        case.review = Case.Review.DRAFT
        case.flags.append(WAS_ACCEPTED)


def _made_obsolete(case: Case) -> Case:
    case.obsolete = True
    return case
