"""The requirement as the task page shows it: each document's text in pieces, its items' spans marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from generator.models import Case, Document, RequirementItem, Task

SHOWN_CHARACTERS = 400_000
"""Of all documents together; a page with more would be slow and nobody would read it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the items whose spans hold it: `begins` are those that start here."""

    text: str
    items: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    covered: bool = True


@dataclass(slots=True)
class Source:
    """One document in pieces. `cut` when only its beginning is shown."""

    name: str
    pieces: list[Piece] = field(default_factory=list)
    cut: bool = False
    pictures: int = 0
    """Those in the document that nobody has read."""


def sources_of(task: Task) -> list[Source]:
    """All documents of a task, in four queries. While it is open no item counts as uncovered yet."""
    items: defaultdict[int, list[RequirementItem]] = defaultdict(list)
    for item in task.items.current():
        items[item.document].append(item)
    covered = covered_items(task)
    if task.is_open:
        covered |= {item.pk for here in items.values() for item in here}
    pictures = _unread_pictures(task)
    shown = _shown(task.documents.defer("content"))
    sources = [_source(document, text, items[document.position], covered) for document, text in shown]
    return [replace(source, pictures=pictures.get(source.name, 0)) for source in sources]


def _unread_pictures(task: Task) -> dict[str, int]:
    """By the document's name: those that were found in it, without those that a model was shown."""
    pictures: dict[str, int] = {}
    for entry in task.timeline.all():  # which the page has at hand
        if entry.kind == "document.images":
            pictures[entry.detail["name"]] = entry.detail["count"]
        elif entry.kind == "document.images_shown":
            pictures[entry.detail["name"]] -= entry.detail["count"]
    return pictures


def uncovered_in(sources: Iterable[Source]) -> int:
    """How many items stand marked as being without a case."""
    return sum(len(piece.begins) for source in sources for piece in source.pieces if not piece.covered)


def covered_items(task: Task) -> set[int]:
    """Ids of the items that a standing case tests."""
    links = Case.items.through.objects.filter(case__in=task.cases.standing())
    return set(links.values_list("requirementitem_id", flat=True))


def _shown(documents: Iterable[Document]) -> Iterator[tuple[Document, str]]:
    left = SHOWN_CHARACTERS
    for document in documents:
        yield document, document.text[:left]
        left = max(0, left - len(document.text))


def _source(document: Document, text: str, items: list[RequirementItem], covered: set[int]) -> Source:
    whole = [item for item in items if item.end <= len(text)]
    pieces = [_piece(text[start:end], start, here, covered) for start, end, here in _cut(len(text), whole)]
    return Source(document.name, pieces, cut=len(text) < len(document.text))


def _cut(length: int, items: list[RequirementItem]) -> Iterator[tuple[int, int, list[RequirementItem]]]:
    """Stretches between the ends of spans, each with the items that hold it: one sweep over the text."""
    cuts = sorted({0, length, *(item.start for item in items), *(item.end for item in items)})
    waiting = sorted(items, key=lambda item: item.start, reverse=True)
    here: list[RequirementItem] = []
    for start, end in pairwise(cuts):
        here = [item for item in here if item.end > start]
        while waiting and waiting[-1].start == start:
            here.append(waiting.pop())
        yield start, end, here


def _piece(text: str, start: int, items: list[RequirementItem], covered: set[int]) -> Piece:
    return Piece(
        text,
        tuple(item.key for item in items),
        tuple(item.key for item in items if item.start == start),
        all(item.pk in covered for item in items),
    )
