"""Brings a model's reading of a passage back to the passage: what it cannot show there, it does not get."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.text import UNFIT
from generator.drafts import Analysis, ItemDraft, Passage, Question, Span
from generator.engines.openai.prompts import candidate_id
from generator.engines.openai.vocabulary import kind_named

TEXT_LIMIT = 2_000
TERM_LIMIT = 300
TERMS_LIMIT = 60
QUESTIONS_LIMIT = 30
SHORTEST_QUOTE = 4
SAME_STATEMENT = 0.5  # shared part of two spans from which they state the same

_QUOTES = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")
_AROUND = " \t\n\"'“”‘’「」…."


def read_analysis(said: Any, passage: Passage) -> Analysis:
    """The candidates, refined and added to. Whatever is no analysis leaves them as they are."""
    if not isinstance(said, dict) or not isinstance(said.get("items"), list):
        return Analysis(items=_in_order(passage.candidates))
    places = _Places(passage)
    items = list(passage.candidates)
    dropped = 0
    for claim in said["items"]:
        if not isinstance(claim, dict) or not (place := places.of(_text(claim.get("quote")))):
            dropped += 1
            continue
        _enter(items, claim, place, passage)
    questions = tuple(_questions(said.get("questions"), places))
    return Analysis(_in_order(items), questions, tuple(_terms(said.get("glossary"))), dropped)


def _enter(items: list[ItemDraft], claim: dict[str, Any], place: Span, passage: Passage) -> None:
    """A claim about words that an item has refines it; about words that none has, it is a new item."""
    text, kind = _text(claim.get("text"))[:TEXT_LIMIT], kind_named(claim.get("kind"))
    rivals = [(number, _shared(item.span, place)) for number, item in enumerate(items)]
    number, shared = max(rivals, key=lambda rival: rival[1], default=(0, 0.0))
    if shared >= SAME_STATEMENT:
        item = items[number]
        kept_text = text if text and _numbers(item.quote) <= _numbers(text) else item.text
        items[number] = replace(item, text=kept_text, kind=kind_named(claim.get("kind"), item.kind))
    elif shared == 0 and place.end - place.start >= SHORTEST_QUOTE:
        quote = passage.text[place.start - passage.start : place.end - passage.start]
        is_faithful = bool(text) and _numbers(quote) <= _numbers(text)
        items.append(ItemDraft(place, quote, text if is_faithful else quote, kind))


def _shared(one: Span, other: Span) -> float:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / (max(one.end, other.end) - min(one.start, other.start)) if common > 0 else 0.0


def _numbers(text: str) -> set[str]:
    """A refined sentence may say it better, but must not lose or change a number."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", unicodedata.normalize("NFKC", text)))


def _in_order(items: list[ItemDraft] | tuple[ItemDraft, ...]) -> tuple[ItemDraft, ...]:
    return tuple(sorted(items, key=lambda item: (item.span.start, item.span.end)))


def _questions(said: object, places: _Places) -> Iterator[Question]:
    for one in (said if isinstance(said, list) else [])[:QUESTIONS_LIMIT]:
        text = _text(one.get("text") or one.get("question")) if isinstance(one, dict) else _text(one)
        if text:
            quote = _text(one.get("quote")) if isinstance(one, dict) else ""
            yield Question(text[:TEXT_LIMIT], places.of(quote))


def _terms(said: object) -> Iterator[str]:
    entries = [f"{term}: {meaning}" for term, meaning in said.items()] if isinstance(said, dict) else said
    for one in (entries if isinstance(entries, list) else [])[:TERMS_LIMIT]:
        if isinstance(one, dict):
            one = ": ".join(filter(None, (_text(value) for value in one.values())))
        if text := _text(one):
            yield text[:TERM_LIMIT]


def _text(value: object) -> str:
    return " ".join(UNFIT.sub(" ", value).split()) if isinstance(value, str) else ""


class _Places:
    """Finds quotes in a passage: as they are, else whatever their spaces, width and kinds of quotes."""

    def __init__(self, passage: Passage) -> None:
        self._passage = passage
        self._by_id = {candidate_id(number): item.span for number, item in enumerate(passage.candidates)}
        self._plain, self._origins = _plain(passage.text)

    def of(self, quote: str) -> Span | None:
        if quote in self._by_id:
            return self._by_id[quote]
        for words in dict.fromkeys((quote, quote.strip(_AROUND))):
            if words and (found := self._exact(words) or self._loose(words)):
                start = self._passage.start
                return Span(self._passage.document, start + found[0], start + found[1])
        return None

    def _exact(self, words: str) -> tuple[int, int] | None:
        at = self._passage.text.find(words)
        return (at, at + len(words)) if at >= 0 else None

    def _loose(self, words: str) -> tuple[int, int] | None:
        plain, _ = _plain(words)
        at = self._plain.find(plain) if plain else -1
        return (self._origins[at], self._origins[at + len(plain) - 1] + 1) if at >= 0 else None


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without spaces and width, and for each of its characters the place where it came from."""
    characters: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).translate(_QUOTES):
            if not plain.isspace():
                characters.append(plain)
                origins.append(at)
    return "".join(characters), origins
