"""What the pipeline's stages and the engines hand each other: plain values, no database.

Rows (`generator.models`) are made from these; engines and extractors know nothing else of the product.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from generator.documents.manuscript import Image

ItemKind = Literal["rule", "flow", "data", "interface", "quality"]
Priority = Literal["P0", "P1", "P2", "P3"]
CaseType = Literal["functional", "interface", "performance", "security", "compatibility", "usability"]
Technique = Literal[
    "equivalence", "boundary", "decision-table", "state-transition", "pairwise", "scenario", "error-guessing"
]
Polarity = Literal["positive", "negative"]
Language = Literal["en", "zh-hans"]
Detail = Literal["brief", "standard", "thorough"]

TITLE_LIMIT = 300
STEP_LIMIT = 2_000
STEPS_LIMIT = 50
CASE_BYTES_LIMIT = 20_480


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: code points `start` (inclusive) to `end` (exclusive).

    `document` is its number, from 0.
    """

    document: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One testable statement.

    `quote` is exactly the document's text at `span`. `text` reads alone: for "(4.1) a title" it carries
    the sentence that the clause hangs on. `label` is the document's own number ("4.1"), if it has one.
    """

    span: Span
    quote: str
    text: str
    kind: ItemKind = "rule"
    label: str = ""


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A part of the requirement that one model call generates, in the order of the source."""

    title: str
    span: Span
    items: tuple[ItemDraft, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A requirement item with its key ("R3"), as engines are given it; `heading` is its section's title."""

    key: str
    text: str
    quote: str
    kind: ItemKind = "rule"
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the requirement leaves open; `span` is where, None when it is about the whole."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Step:
    action: str
    expected: str


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A test case as an engine writes it: interface §3's case without key, history and review.

    `requirements` holds the keys of the items that it tests. `rule` says which rule made it, in words
    for the tester; a model leaves it empty.
    """

    title: str
    requirements: tuple[str, ...]
    steps: tuple[Step, ...]
    priority: Priority = "P2"
    type: CaseType = "functional"
    technique: Technique = "scenario"
    polarity: Polarity = "positive"
    preconditions: tuple[str, ...] = ()
    data: str = ""
    tags: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chose; empty `types` and `techniques` mean all."""

    language: Literal["auto", "en", "zh-hans"] = "auto"
    types: tuple[CaseType, ...] = ()
    techniques: tuple[Technique, ...] = ()
    detail: Detail = "standard"
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document for one analysing call, with what the extractor found in it.

    `images` are its pictures, for engines that see.
    """

    document: int
    start: int
    text: str
    candidates: tuple[ItemDraft, ...]
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an analysing call found: the items to keep, in source order, and what is unclear.

    `dropped` counts items whose quote is not in the source, `images` the pictures that the model was shown.
    """

    items: tuple[ItemDraft, ...]
    questions: tuple[Question, ...] = ()
    glossary: tuple[str, ...] = ()
    dropped: int = 0
    images: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What the review found missing for the item `key`.

    `wanted` names it, for example "boundary 4 / 5 / 6 attempts". `title` is that of a case that exists and
    is to be written anew under it.
    """

    key: str
    wanted: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A case to write `anew`, or to add others like, as `instruction` says."""

    case: CaseDraft
    anew: bool
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """All that an engine needs to write one section's cases.

    `written` are the titles of cases that exist already: the engine writes only the rest. With `gaps` it
    writes only what is missing (the review's call), with a `pattern` only what is asked for that case.
    """

    title: str
    items: tuple[Item, ...]
    language: Language
    options: Options = field(default_factory=Options)
    outline: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call, as the provider counted them."""

    input_tokens: int = 0
    output_tokens: int = 0


class Engine(Protocol):
    """What writes cases. Errors are those of `generator.engines.errors`, nothing else.

    One that `sees` may be given pictures.
    """

    name: Literal["openai", "rules"]
    model: str
    sees: bool

    async def analyse(self, passage: Passage, language: Language) -> tuple[Analysis, Usage]:
        """Name the items of a passage. One model call, or none."""

    def write(self, brief: Brief) -> AsyncGenerator[CaseDraft | Usage, None]:
        """Yield each case as soon as it is complete, and the call's usage (once, last) if it is known.

        Ends normally only when the call is over and whole. Never yields half a case.
        """

    async def aclose(self) -> None:
        """Give back what it holds open. Not usable afterwards."""
