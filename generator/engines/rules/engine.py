"""The engine that needs no model: it applies ISO/IEC/IEEE 29119-4 techniques to what it understands of a sentence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from typing import Literal

from generator.drafts import TITLE_LIMIT, Analysis, Brief, CaseDraft, Item, Language, Passage, Usage
from generator.engines.rules.vague import questions_about
from generator.engines.rules.writing import cases_for

LONG_TEXT = 500

_NUMBER = re.compile(r"\d+(?:[.:,-]\d+)*")


class RulesEngine:
    """Same text, same cases: no model, no network, no chance."""

    name: Literal["openai", "rules"] = "rules"
    model: str = ""

    async def analyse(self, passage: Passage, language: Language) -> tuple[Analysis, Usage]:
        """Keep what the extractor found and ask about every word that cannot be measured."""
        return Analysis(items=passage.candidates, questions=questions_about(passage, language)), Usage()

    async def write(self, brief: Brief) -> AsyncGenerator[CaseDraft | Usage, None]:
        written, titles = set(brief.written), set[str]()
        for item in brief.items:
            for case in _named_apart(item, await _cases(item, brief), titles):
                if case.title not in written and _is_wanted(case, item, brief):
                    yield case

    async def aclose(self) -> None:
        """It holds nothing open."""


async def _cases(item: Item, brief: Brief) -> list[CaseDraft]:
    """A sentence takes about 2 ms; what is longer than any sentence leaves the event loop alone meanwhile."""
    if len(item.text) > LONG_TEXT:
        return await asyncio.to_thread(cases_for, item, brief.language, brief.options)
    await asyncio.sleep(0)
    return cases_for(item, brief.language, brief.options)


def _named_apart(item: Item, cases: list[CaseDraft], titles: set[str]) -> Iterator[CaseDraft]:
    """Two items may say nearly the same; the later one's cases then bear its key, in every call alike."""
    for case in cases:
        if case.title in titles:
            case = replace(case, title=f"{case.title[: TITLE_LIMIT - len(item.key) - 3]} ({item.key})")
        titles.add(case.title)
        yield case


def _is_wanted(case: CaseDraft, item: Item, brief: Brief) -> bool:
    """Without gaps everything is; a gap that names points wants the cases that try one of them."""
    if not brief.gaps:
        return True
    gaps = [set(_NUMBER.findall(gap.wanted)) for gap in brief.gaps if gap.key == item.key]
    points = set(_NUMBER.findall(f"{case.title} {case.data}"))
    return any(not numbers or (case.technique == "boundary" and points & numbers) for numbers in gaps)
