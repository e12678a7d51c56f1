"""Has an engine read a text and write its cases, as a task would, without a database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from generator.drafts import (
    Analysis,
    Brief,
    CaseDraft,
    Engine,
    Item,
    ItemDraft,
    Passage,
    Question,
    SectionDraft,
)
from generator.pipeline.statements import extract, language_of


@dataclass(frozen=True, slots=True)
class Written:
    """`items` are keyed R1, R2 … in the order of the source, as the cases name them."""

    items: dict[str, ItemDraft]
    cases: list[CaseDraft]
    questions: tuple[Question, ...]
    glossary: tuple[str, ...]


def written(engine: Engine, text: str) -> Written:
    return asyncio.run(_write(engine, text))


async def _write(engine: Engine, text: str) -> Written:
    sections = extract(text)
    language = language_of(text)
    analysis = await _analysis(engine, text, sections)
    items = {f"R{number}": item for number, item in enumerate(analysis.items, 1)}
    cases = []
    for place, section in enumerate(sections):
        end = sections[place + 1].span.start if place + 1 < len(sections) else len(text)
        begin = section.span.start if place else 0
        own = tuple(
            Item(key, item.text, item.quote, item.kind, section.title)
            for key, item in items.items()
            if begin <= item.span.start < end
        )
        if own:
            brief = Brief(section.title, own, language, glossary=analysis.glossary)
            cases += [case async for case in engine.write(brief) if isinstance(case, CaseDraft)]
    return Written(items, cases, analysis.questions, analysis.glossary)


async def _analysis(engine: Engine, text: str, sections: tuple[SectionDraft, ...]) -> Analysis:
    found = tuple(item for section in sections for item in section.items)
    analysis, _ = await engine.analyse(Passage(0, 0, text, found), language_of(text))
    return replace(analysis, items=tuple(sorted(analysis.items, key=lambda item: item.span.start)))
