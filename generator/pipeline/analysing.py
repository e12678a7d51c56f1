"""*Analysing*: what is testable in the documents, as items with spans, grouped into sections."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from generator.audience import tell_updated
from generator.drafts import Analysis, ItemDraft, Passage, Question, SectionDraft, Span, Usage
from generator.engines.errors import EngineInterrupted
from generator.models import Checkpoint, Document, RequirementItem, Section, Task
from generator.pipeline.images import illustrated, put_away, seen_in
from generator.pipeline.retrying import Patience
from generator.pipeline.run import Run, all_of
from generator.pipeline.statements import extract, language_of
from generator.pipeline.usage import spent
from realtime.events import Publisher

PASSAGE_CHARS = 12_000
"""How much source one analysing call reads: about 3,000 tokens of English, 8,000 of Chinese."""


class NothingTestable(Exception):
    """The documents hold no statement to test."""


async def analyse(run: Run, documents: list[Document]) -> None:
    """Store the task's items and sections, with one checkpointed call a passage. Raise `NothingTestable`."""
    done = await run.enter(Task.Stage.ANALYSING, lambda publisher: stored_analyses(run))
    extracted = await asyncio.to_thread(_extract, documents)
    plain = [passage for document, sections in extracted for passage in _passages(document, sections)]
    if not plain:
        raise NothingTestable
    passages = illustrated(plain, run.images)
    drafts = [section for _, sections in extracted for section in sections]
    if len(passages) == 1 and not done:
        analysis, usage = await _ask(run, passages[0])
        found = _named(drafts, passages, [analysis])  # one is small: what is paid for is stored at once
        await run.write(lambda publisher: _store_single(run, publisher, found, analysis, usage))
        return
    analyses = await all_of(
        analyse_passage(run, n, passage, done.get(n)) for n, passage in enumerate(passages)
    )
    named = await asyncio.to_thread(_named, drafts, passages, analyses)
    await run.write(lambda publisher: _store(run, publisher, named))


def _extract(documents: list[Document]) -> list[tuple[Document, tuple[SectionDraft, ...]]]:
    return [(document, extract(document.text, document.position)) for document in documents]


def language_for(run: Run, documents: Iterable[Document]) -> Any:
    """The language to write in: the chosen one, else the documents' own."""
    if run.options.language != "auto":
        return run.options.language
    return language_of("\n".join(document.text for document in documents))


def _passages(document: Document, sections: tuple[SectionDraft, ...]) -> Iterator[Passage]:
    """The document in stretches of whole sections, each at most `PASSAGE_CHARS` where its sections are."""
    batch: list[SectionDraft] = []
    for section in sections:
        if batch and section.span.end - batch[0].span.start > PASSAGE_CHARS:
            yield _passage(document, batch)
            batch = []
        batch.append(section)
    if batch:
        yield _passage(document, batch)


def _passage(document: Document, batch: list[SectionDraft]) -> Passage:
    start, end = batch[0].span.start, batch[-1].span.end
    candidates = tuple(item for section in batch for item in section.items)
    return Passage(document.position, start, document.text[start:end], candidates)


def stored_analyses(run: Run) -> dict[int, Analysis]:
    """What was paid for since the requirement came to be what it is, by passage."""
    rows = Checkpoint.objects.filter(
        task=run.lease.task_id, stage=Task.Stage.ANALYSING, round__gte=run.plan.round
    )
    return {row.position: _from_json(row.result) for row in rows}


async def analyse_passage(run: Run, position: int, passage: Passage, done: Analysis | None) -> Analysis:
    """One call, never made again once its result is stored."""
    if done is not None:
        return done
    analysis, usage = await _ask(run, passage)
    await run.write(lambda publisher: _checkpoint(run, position, analysis, usage))
    return analysis


async def _ask(run: Run, passage: Passage) -> tuple[Analysis, Usage]:
    patience = Patience(run)
    while True:
        try:
            async with run.stream():
                return await run.engine.analyse(passage, run.language)
        except EngineInterrupted as error:
            await asyncio.sleep(patience.wait_after(error))


def _checkpoint(run: Run, position: int, analysis: Analysis, usage: Usage) -> None:
    task = run.lease.change(**spent(run.endpoint, usage))
    result = asdict(analysis)
    if not analysis.images:
        del result["images"]  # a worker of an earlier version, which knows no such field, may go on with it
    Checkpoint.objects.create(
        task=task, round=run.round, stage=Task.Stage.ANALYSING, position=position, result=result
    )


def _store_single(run: Run, publisher: Publisher, named: Named, analysis: Analysis, usage: Usage) -> None:
    """A document that one call reads: its result is stored as items at once."""
    _checkpoint(run, 0, analysis, usage)
    _store(run, publisher, named)


def _from_json(result: dict[str, Any]) -> Analysis:
    items = tuple(ItemDraft(**{**item, "span": Span(**item["span"])}) for item in result["items"])
    questions = tuple(
        Question(question["text"], Span(**question["span"]) if question["span"] else None)
        for question in result["questions"]
    )
    return replace(Analysis(**result), items=items, questions=questions, glossary=tuple(result["glossary"]))


def _store(run: Run, publisher: Publisher, named: Named) -> None:
    """Items with their `R` keys and sections, together in one fenced transaction."""
    task = run.lease.task()
    sections = Section.objects.bulk_create(_section(task, n, draft) for n, draft in enumerate(named.sections))
    rows = zip(named.items, named.places, strict=True)
    RequirementItem.objects.bulk_create(
        (_item(task, n, item, sections[place]) for n, (item, place) in enumerate(rows, 1)), batch_size=1_000
    )
    task = run.lease.change(
        sections_total=len(sections),
        questions=[asdict(question) for question in named.questions],
        glossary=list(named.glossary),
    )
    task.note("analysed", items=len(named.items), sections=len(sections))
    if named.dropped:
        task.note("items.dropped", count=named.dropped)
    put_away(task, run.images, named.seen)
    tell_updated(publisher, task)


@dataclass(frozen=True, slots=True)
class Named:
    """All that *analysing* found; `places` holds each item's section, `seen` how many pictures were shown."""

    sections: list[SectionDraft]
    items: list[ItemDraft]
    places: list[int]
    questions: list[Question]
    glossary: dict[str, None]
    dropped: int
    seen: Counter[int]


def _named(sections: list[SectionDraft], passages: list[Passage], analyses: list[Analysis]) -> Named:
    """What was found, in the order of the source. For a thread: transactions should be short."""
    items = sorted(
        (item for analysis in analyses for item in analysis.items),
        key=lambda item: (item.span.document, item.span.start),
    )
    starts = [(section.span.document, section.span.start) for section in sections]
    places = [max(0, bisect_right(starts, (item.span.document, item.span.start)) - 1) for item in items]
    return Named(
        sections=sections,
        items=items,
        places=places,
        questions=[question for analysis in analyses for question in analysis.questions],
        glossary=dict.fromkeys(term for analysis in analyses for term in analysis.glossary),
        dropped=sum(analysis.dropped for analysis in analyses),
        seen=seen_in(passages, analyses),
    )


def _section(task: Task, position: int, draft: SectionDraft) -> Section:
    return Section(
        task=task,
        position=position,
        title=draft.title[:300],
        document=draft.span.document,
        start=draft.span.start,
        end=draft.span.end,
    )


def _item(task: Task, number: int, item: ItemDraft, section: Section) -> RequirementItem:
    return RequirementItem(
        task=task,
        section=section,
        number=number,
        document=item.span.document,
        start=item.span.start,
        end=item.span.end,
        quote=item.quote,
        text=item.text,
        label=item.label[:40],
        kind=item.kind,
    )
