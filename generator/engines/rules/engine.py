"""The engine that needs no model: it applies ISO/IEC/IEEE 29119-4 techniques to what it understands of a sentence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Literal

from generator.drafts import TITLE_LIMIT, Analysis, Brief, CaseDraft, Item, Language, Passage, Usage
from generator.engines.rules.asking import questions_about
from generator.engines.rules.folding import Refusal, shared
from generator.engines.rules.glossary import glossary_in
from generator.engines.rules.writing import read, refused

LONG_TEXT = 500

_NUMBER = re.compile(r"\d+(?:[.:,-]\d+)*")


class RulesEngine:
    """Same text, same cases: no model, no network, no chance."""

    name: Literal["openai", "rules"] = "rules"
    model: str = ""
    sees = False

    async def analyse(self, passage: Passage, language: Language) -> tuple[Analysis, Usage]:
        """Keep what the extractor found, and ask about all that the text leaves open."""
        questions = questions_about(passage, language)
        return Analysis(passage.candidates, questions, glossary_in(passage.text)), Usage()

    async def write(self, brief: Brief) -> AsyncGenerator[CaseDraft | Usage, None]:
        written, titles = set(brief.written), set[str]()
        cases: list[CaseDraft] = []
        refusals: list[Refusal] = []
        for item in brief.items:
            own, kept_out = await _read(item, brief)
            cases += own
            refusals += kept_out
        cases += refused(refusals, brief.language, brief.options)
        for case in shared(cases):
            case = _named_apart(case, titles)
            if case.title not in written and _is_wanted(case, brief):
                yield case

    async def aclose(self) -> None:
        """It holds nothing open."""


async def _read(item: Item, brief: Brief) -> tuple[list[CaseDraft], list[Refusal]]:
    """A sentence takes about 2 ms; what is longer than any sentence leaves the event loop alone meanwhile."""
    if len(item.text) > LONG_TEXT:
        return await asyncio.to_thread(read, item, brief.language, brief.options)
    await asyncio.sleep(0)
    return read(item, brief.language, brief.options)


def _named_apart(case: CaseDraft, titles: set[str]) -> CaseDraft:
    """Two items may say nearly the same; the later one's cases then bear its key, in every call alike."""
    key = case.requirements[0]
    if case.title in titles:
        case = replace(case, title=f"{case.title[: TITLE_LIMIT - len(key) - 3]} ({key})")
    titles.add(case.title)
    return case


def _is_wanted(case: CaseDraft, brief: Brief) -> bool:
    """Without gaps everything is; a gap that names points wants the cases that try one of them."""
    if not brief.gaps:
        return True
    gaps = [set(_NUMBER.findall(gap.wanted)) for gap in brief.gaps if gap.key in case.requirements]
    points = set(_NUMBER.findall(f"{case.title} {case.data}"))
    return any(not numbers or (case.technique == "boundary" and points & numbers) for numbers in gaps)
