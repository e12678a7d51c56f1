"""What a task would come to, before anybody asks a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator import choosing
from generator.drafts import Brief, Detail, Item, Language, SectionDraft
from generator.engines.openai.tokens import brief_input_tokens, estimate_tokens
from generator.inputs import REQUIREMENT_LIMIT, CleanRequest, texts_of
from generator.pipeline.statements import extract, language_of

CASES_AN_ITEM: dict[Detail, float] = {"brief": 1.5, "standard": 3, "thorough": 5}
READ_CHARACTERS = REQUIREMENT_LIMIT
TOKENS_A_CASE = 220
"""Output tokens of one case with its JSON, and of one item in the analysis."""
TOKENS_AN_ITEM = 90
ANALYSIS_PROMPT_TOKENS = 600


@dataclass(frozen=True, slots=True)
class Tokens:
    input: int = 0
    output: int = 0

    def times(self, scale: float) -> Tokens:
        return Tokens(round(self.input * scale), round(self.output * scale))


def estimate(request: CleanRequest) -> dict[str, Any]:
    """`{items, sections, cases, input_tokens, output_tokens, cost}`; the rules engine costs no tokens.

    Raise `InvalidInput` when a file can't be read.
    """
    texts = _texts(request)
    whole = sum(map(len, texts))
    texts = list(_beginnings(texts))
    scale = whole / sum(map(len, texts))
    sections = [section for number, text in enumerate(texts) for section in extract(text, number)]
    items = sum(len(section.items) for section in sections)
    cases = items * CASES_AN_ITEM[request.options["detail"]]
    endpoint = choosing.chosen(request.options["endpoint"])
    tokens = _tokens(texts, sections, cases).times(scale) if endpoint else Tokens()
    return {
        "items": round(items * scale),
        "sections": round(len(sections) * scale),
        "cases": round(cases * scale),
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cost": choosing.cost(endpoint, tokens.input, tokens.output),
    }


def _texts(request: CleanRequest) -> list[str]:
    pasted = [request.requirement] if request.requirement else []
    return pasted + texts_of(request.uploads)


def _beginnings(texts: list[str]) -> Iterator[str]:
    """The texts up to `READ_CHARACTERS` in all: the rest is taken to be like them, since somebody waits."""
    left = READ_CHARACTERS
    for text in texts:
        yield text[:left]
        left -= len(text[:left])


def _tokens(texts: list[str], sections: list[SectionDraft], cases: float) -> Tokens:
    language = language_of("\n".join(texts))
    analysing = sum(estimate_tokens(text) + ANALYSIS_PROMPT_TOKENS for text in texts)
    writing = sum(brief_input_tokens(_brief(section, language)) for section in sections)
    items = sum(len(section.items) for section in sections)
    return Tokens(analysing + writing, items * TOKENS_AN_ITEM + round(cases * TOKENS_A_CASE))


def _brief(section: SectionDraft, language: Language) -> Brief:
    items = tuple(
        Item(f"R{number}", item.text, item.quote, item.kind, section.title)
        for number, item in enumerate(section.items, 1)
    )
    return Brief(section.title, items, language)
