"""Which items of a changed requirement are what they were: plain values, no database, no chance.

An item that says the same keeps all that hangs on it, wherever it moved and whatever its number became. One
that says something similar in its place is the same item changed, and keeps its key. The rest came or went.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from generator.drafts import ItemDraft, SectionDraft, Span

SIMILAR, SIMILAR_UNDER_ITS_LABEL, SIMILAR_ELSEWHERE = 0.6, 0.35, 0.75
"""Share of words that a changed item has kept: in its section, there with its number, anywhere."""
PAIRS_LIMIT = 200_000
"""More pairs are not looked at, somebody waits: of sections apart none, of one those that are near."""
NEAR = 20
"""Statements on either side of an item's place in a long section."""

_AROUND = " \t\n.,;:!?。，；：！？、\"'“”‘’()（）*_`·"
_BULLET = re.compile(r"^[-–*+•·]\s+")
_HAN_SPACE = re.compile("(?<=[\u2e80-\u9fff\uff00-\uffef]) | (?=[\u2e80-\u9fff\uff00-\uffef])")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[\u3400-\u9fff]|[<>≤≥=%]")
_NUMBERED = re.compile(r"^[\d.、()（）#\s]+")


@dataclass(frozen=True, slots=True)
class Former:
    """An item as it was; `statement` is what the extractor made of it, its quote if only a model saw it."""

    number: int
    statement: str
    quote: str
    label: str
    section: str
    is_extracted: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A statement of the new text, in the section with this index."""

    draft: ItemDraft
    section: int


@dataclass(slots=True)
class Comparison:
    """The new requirement beside the former one; items by their number."""

    sections: tuple[SectionDraft, ...]
    kept: dict[int, Found] = field(default_factory=dict)
    back: dict[int, Found] = field(default_factory=dict)
    """Items that an earlier change had removed, and that say again what they said."""
    changed: dict[int, Found] = field(default_factory=dict)
    added: list[Found] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)

    def all_found(self) -> Iterator[Found]:
        """Every statement of the new text."""
        yield from chain(self.kept.values(), self.back.values(), self.changed.values(), self.added)

    def new(self) -> list[Found]:
        """What was not there before, in the order of the source."""
        return sorted([*self.back.values(), *self.added], key=lambda found: place_of(found.draft.span))

    def due(self) -> list[Found]:
        """What cases are to be written for, in the order of the source."""
        return sorted([*self.changed.values(), *self.added], key=lambda found: place_of(found.draft.span))


def compare(
    former: Sequence[Former],
    sections: Sequence[SectionDraft],
    texts: Mapping[int, str],
    gone: Sequence[Former] = (),
) -> Comparison:
    """Match the former items to the statements of the new documents, whose `texts` are given by number.

    Those that went with an earlier change, `gone`, come back for the same words in their section.
    """
    matching = _Matching(former, sections)
    matching.keep_equal()
    matching.keep_quoted(texts)
    matching.bring_back(gone)
    matching.change_similar()
    return Comparison(
        tuple(sections),
        kept=matching.kept,
        back=matching.back,
        changed=matching.changed,
        added=[found for found in matching.found if id(found) in matching.free],
        removed=[item.number for item in former if item.number in matching.lost],
    )


def place_of(span: Span) -> tuple[int, int]:
    return span.document, span.start


def plain(text: str) -> str:
    """A statement without what changes no meaning: width, spaces, and punctuation around it.

    Its case and a sign do: "a-z" is not "A-Z", and "-5" is not "5".
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).replace("**", "").split())
    return _HAN_SPACE.sub("", _BULLET.sub("", folded)).strip(_AROUND)


def heading(title: str) -> str:
    """A section's title without its number."""
    words = plain(title).casefold()
    return _NUMBERED.sub("", words) or words


def similarity(one: Counter[str], other: Counter[str], least: float = 0) -> float:
    """Dice's coefficient of two statements' words (Latin), characters (Han) and numbers.

    0 where their lengths alone keep it below `least`.
    """
    lengths = one.total(), other.total()
    total = sum(lengths)
    if 2 * min(lengths) < least * total:
        return 0.0
    return 2 * (one & other).total() / total if total else 0.0


class _Matching:
    def __init__(self, former: Sequence[Former], sections: Sequence[SectionDraft]) -> None:
        self.sections = sections
        self.headings = [heading(section.title) for section in sections]
        self.found = [Found(item, n) for n, section in enumerate(sections) for item in section.items]
        self.free = {id(found): found for found in self.found}
        self.lost = {item.number: item for item in former}
        self.kept: dict[int, Found] = {}
        self.back: dict[int, Found] = {}
        self.changed: dict[int, Found] = {}

    def keep_equal(self) -> None:
        """The nearest place first: the same number and section, then either, then anywhere."""
        self._keep(
            lambda item: (plain(item.statement), plain(item.label), heading(item.section)),
            lambda found: (
                plain(found.draft.text),
                plain(found.draft.label),
                self.headings[found.section],
            ),
        )
        self._keep(
            lambda item: (plain(item.statement), heading(item.section)),
            lambda found: (plain(found.draft.text), self.headings[found.section]),
        )
        self._keep(
            lambda item: (plain(item.statement), plain(item.label)),
            lambda found: (plain(found.draft.text), plain(found.draft.label)),
        )
        self._keep(lambda item: plain(item.statement), lambda found: plain(found.draft.text))

    def _keep(self, of_item: Callable[[Former], Hashable], of_found: Callable[[Found], Hashable]) -> None:
        waiting: defaultdict[Hashable, deque[Found]] = defaultdict(deque)
        for found in self.found:
            if id(found) in self.free:
                waiting[of_found(found)].append(found)
        for item in list(self.lost.values()):
            same = waiting.get(of_item(item))
            if same:
                self._match(item.number, same.popleft(), self.kept)

    def keep_quoted(self, texts: Mapping[int, str]) -> None:
        """What only a model had seen is where its words are, unless a statement stands there by now."""
        taken = sorted((*place_of(found.draft.span), found.draft.span.end) for found in self.found)
        for item in [item for item in self.lost.values() if not item.is_extracted]:
            span = next(_spans_of(item.quote, texts, taken), None)
            if span is None:
                continue
            quote = texts[span.document][span.start : span.end]
            starts = [place_of(section.span) for section in self.sections]
            section = max(0, bisect_right(starts, place_of(span)) - 1)
            self.kept[item.number] = Found(ItemDraft(span, quote, quote), section)
            del self.lost[item.number]

    def bring_back(self, gone: Sequence[Former]) -> None:
        """The latest that said so."""
        by_words = {(plain(item.quote), heading(item.section)): item for item in gone}
        for found in list(self.free.values()):
            item = by_words.pop((plain(found.draft.quote), self.headings[found.section]), None)
            if item:
                self.back[item.number] = found
                del self.free[id(found)]

    def change_similar(self) -> None:
        self._change(SIMILAR, lambda item: heading(item.section), lambda found: self.headings[found.section])
        self._change(
            SIMILAR_UNDER_ITS_LABEL,
            lambda item: bool(item.label) and (plain(item.label), heading(item.section)),
            lambda found: (plain(found.draft.label), self.headings[found.section]),
        )
        if len(self.lost) * len(self.free) <= PAIRS_LIMIT:
            self._change(SIMILAR_ELSEWHERE, lambda item: True, lambda found: True)

    def _change(
        self, least: float, of_item: Callable[[Former], Hashable], of_found: Callable[[Found], Hashable]
    ) -> None:
        """The most similar pairs first; where several are equally so, in the order of the source."""
        words = {number: _words(item.statement) for number, item in self.lost.items()}
        theirs = {at: _words(found.draft.text) for at, found in self.free.items()}
        pairs = [
            (score, item.number, found)
            for item, found in self._pairs(of_item, of_found)
            if (score := similarity(words[item.number], theirs[id(found)], least)) >= least
        ]
        for _, number, found in sorted(pairs, key=lambda pair: -pair[0]):
            if number in self.lost and id(found) in self.free:
                self._match(number, found, self.changed)

    def _pairs(
        self, of_item: Callable[[Former], Hashable], of_found: Callable[[Found], Hashable]
    ) -> Iterator[tuple[Former, Found]]:
        """What is the same by `of_item` and `of_found`; of very many, what stands at about the same place."""
        free: defaultdict[Hashable, list[Found]] = defaultdict(list)
        for found in self.free.values():
            free[of_found(found)].append(found)
        lost: defaultdict[Hashable, list[Former]] = defaultdict(list)
        for item in self.lost.values():
            lost[of_item(item)].append(item)
        for key, items in lost.items():
            theirs = free.get(key, [])
            near = NEAR if len(items) * len(theirs) > PAIRS_LIMIT else len(theirs)
            for n, item in enumerate(items):
                place = n * len(theirs) // len(items)
                yield from ((item, found) for found in theirs[max(0, place - near) : place + near + 1])

    def _match(self, number: int, found: Found, matched: dict[int, Found]) -> None:
        matched[number] = found
        del self.lost[number], self.free[id(found)]


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(plain(text).casefold()))


def _spans_of(quote: str, texts: Mapping[int, str], taken: Iterable[tuple[int, int, int]]) -> Iterator[Span]:
    """Where the quote's words stand, whatever the spaces between them, and no other statement does."""
    pattern = re.compile(r"\s+".join(map(re.escape, quote.split())))
    others = list(taken)
    for document, text in texts.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(at == document and begin < end and start < stop for at, begin, stop in others):
                yield Span(document, start, end)
