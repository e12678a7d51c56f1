"""*Analysing* a changed requirement: what says the same is kept, and only the rest is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator.comparison import Comparison, Former, Found, compare, place_of
from generator.drafts import Analysis, ItemDraft, Passage, Question, SectionDraft, Span
from generator.models import Document, RequirementItem, Task
from generator.pipeline.analysing import NothingTestable, analyse_passage, stored_analyses
from generator.pipeline.images import illustrated, seen_in
from generator.pipeline.resettling import Revision, settle
from generator.pipeline.run import Run, all_of
from generator.pipeline.statements import extract

PASSAGE_CHARS, APART_CHARS = 12_000, 400
"""How much one call reads, and how much of what did not change may lie between what did."""


@dataclass(frozen=True, slots=True)
class Before:
    """The requirement as it was: its documents' texts and its items."""

    texts: dict[int, str]
    items: list[RequirementItem]
    gone: list[RequirementItem]
    questions: list[Question]
    analyses: dict[int, Analysis]


async def revise(run: Run, documents: list[Document]) -> None:
    """Store the new documents' items, each with its old key where it had one. Raise `NothingTestable`.

    Calls are checkpointed; the former requirement stands until all of them are answered.
    """
    before = await run.enter(Task.Stage.ANALYSING, lambda publisher: _before(run))
    texts = {document.position: document.text for document in documents}
    former = former_of(before.texts, before.items)
    comparison = await asyncio.to_thread(compare_with, former, texts, gone_from(before.gone))
    if not comparison.sections:
        raise NothingTestable
    passages = illustrated(list(passages_of(comparison, texts)), run.images, APART_CHARS)
    analyses = await all_of(
        analyse_passage(run, n, passage, before.analyses.get(n)) for n, passage in enumerate(passages)
    )
    questions = list(_still_open(before, texts))
    seen = seen_in(passages, analyses)
    revision = Revision(_refined(comparison, analyses), analyses, questions, documents, seen)
    await run.write(lambda publisher: settle(run, publisher, revision))


def _before(run: Run) -> Before:
    task = Task.objects.get(pk=run.lease.task_id)
    return Before(
        texts={document.position: document.text for document in task.documents},
        items=list(task.items.current().select_related("section")),
        gone=list(task.items.filter(obsolete=True).select_related("section").order_by("number")),
        questions=[
            Question(question["text"], Span(**question["span"]) if question["span"] else None)
            for question in task.questions
        ],
        analyses=stored_analyses(run),
    )


def former_of(texts: dict[int, str], items: Iterable[RequirementItem]) -> list[Former]:
    """The items beside what the extractor made of them: a model may have worded them anew since."""
    statements = {
        (item.span.document, item.span.start, item.span.end): item.text
        for document, text in texts.items()
        for section in extract(text, document)
        for item in section.items
    }
    return [_former(item, statements.get((item.document, item.start, item.end))) for item in items]


def _former(item: RequirementItem, statement: str | None) -> Former:
    return Former(
        item.number,
        statement or item.quote,
        item.quote,
        item.label,
        item.section.title,
        statement is not None,
    )


def gone_from(items: Iterable[RequirementItem]) -> list[Former]:
    """Items that earlier changes removed, as the source had them."""
    return [_former(item, item.quote) for item in items]


def compare_with(former: Sequence[Former], texts: dict[int, str], gone: Sequence[Former] = ()) -> Comparison:
    """What became of the former items in the new texts. For a thread: long texts take seconds."""
    sections = [section for document, text in texts.items() for section in extract(text, document)]
    return compare(former, sections, texts, gone)


def passages_of(comparison: Comparison, texts: dict[int, str]) -> Iterator[Passage]:
    """The stretches of the new text that hold something changed or new, with just that as candidates."""
    stretch: list[ItemDraft] = []
    for found in comparison.due():
        item = found.draft
        if stretch and not _belongs(stretch, item):
            yield _passage(stretch, texts)
            stretch = []
        stretch.append(item)
    if stretch:
        yield _passage(stretch, texts)


def _belongs(stretch: list[ItemDraft], item: ItemDraft) -> bool:
    first, last = stretch[0].span, stretch[-1].span
    return (
        first.document == item.span.document
        and item.span.start - last.end <= APART_CHARS
        and item.span.end - first.start <= PASSAGE_CHARS
    )


def _passage(stretch: list[ItemDraft], texts: dict[int, str]) -> Passage:
    document, start = stretch[0].span.document, stretch[0].span.start
    end = max(item.span.end for item in stretch)
    return Passage(document, start, texts[document][start:end], tuple(stretch))


def _refined(comparison: Comparison, analyses: Sequence[Analysis]) -> Comparison:
    """The comparison in a model's words, with what it found besides. Where an item is kept, it has no say."""
    refined = {item.span: item for analysis in analyses for item in analysis.items}
    sections = comparison.sections
    known = {found.draft.span for found in comparison.all_found()}
    besides = [
        Found(item, _section_at(sections, item.span))
        for span, item in refined.items()
        if span not in known and not any(_overlap(span, other) for other in known)
    ]
    return replace(
        comparison,
        changed={number: _in_words(found, refined) for number, found in comparison.changed.items()},
        added=[*(_in_words(found, refined) for found in comparison.added), *besides],
    )


def _in_words(found: Found, refined: dict[Span, ItemDraft]) -> Found:
    return replace(found, draft=refined.get(found.draft.span, found.draft))


def _overlap(one: Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def _section_at(sections: Sequence[SectionDraft], span: Span) -> int:
    before = [n for n, section in enumerate(sections) if place_of(section.span) <= place_of(span)]
    return before[-1] if before else 0


def _still_open(before: Before, texts: dict[int, str]) -> Iterator[Question]:
    """Former questions whose words are still there; the new text may have answered the others."""
    for question in before.questions:
        if question.span is None:
            yield question
            continue
        span = question.span
        quote = before.texts.get(span.document, "")[span.start : span.end]
        for document, text in texts.items():
            if quote and (at := text.find(quote)) >= 0:
                yield replace(question, span=Span(document, at, at + len(quote)))
                break
