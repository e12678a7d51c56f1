"""Groups statements into sections that can be generated side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import ceil

from generator.drafts import SectionDraft, Span

from .language import is_chinese
from .outline import Heading
from .reader import Statement
from .readings import TITLE_LIMIT, title
from .vocabulary import is_generic

ITEMS_LIMIT = 6
FAMILY_LIMIT = 8  # clauses of one sentence stay together a little longer
CHARACTERS_LIMIT = 6_000
TINY = 3
FIRST_WORDS = 70
COUNT_ROOM = 20

Group = list[Statement]


def sections_of(statements: Sequence[Statement]) -> Iterator[SectionDraft]:
    groups = [part for family in _families(statements) for part in _parts(family)]
    merged = _joined(_joined(groups, _nested), _beside)
    for name, run in groupby(merged, key=_title):
        alike = list(run)
        for number, group in enumerate(alike, 1):
            yield _section(_numbered(name, number, len(alike)), group)


def _section(name: str, group: Group) -> SectionDraft:
    items = tuple(statement.item for statement in group)
    span = Span(items[0].span.document, items[0].span.start, items[-1].span.end)
    return SectionDraft(name, span, items)


def _families(statements: Sequence[Statement]) -> Iterator[Group]:
    """Runs under one heading and lead-in; a lead-in with one entry is no family of its own."""
    for _, run in groupby(statements, key=lambda each: (id(each.heading), id(_family_lead(each)))):
        yield list(run)


def _family_lead(statement: Statement) -> object:
    return statement.lead if statement.lead and statement.lead.announced else None


def _parts(family: Group) -> Iterator[Group]:
    """A family that is too large, cut into parts of about the same number of statements."""
    limit = FAMILY_LIMIT if _family_lead(family[0]) else ITEMS_LIMIT
    count = 1 if len(family) <= limit else ceil(len(family) / ITEMS_LIMIT)
    size = ceil(len(family) / count)
    for begin in range(0, len(family), size):
        yield from _within_characters(family[begin : begin + size])


def _within_characters(group: Group) -> Iterator[Group]:
    part: Group = []
    for statement in group:
        if part and _extent(part[0], statement) > CHARACTERS_LIMIT:
            yield part
            part = []
        part.append(statement)
    yield part


def _extent(first: Statement, last: Statement) -> int:
    return last.item.span.end - first.item.span.start


def _joined(groups: Sequence[Group], related: Callable[[Heading, Heading], bool]) -> list[Group]:
    """Join neighbours of which one is tiny, as long as the whole stays small."""
    joined: list[Group] = []
    for group in groups:
        if joined and _fit(joined[-1], group) and related(joined[-1][-1].heading, group[0].heading):
            joined[-1] = joined[-1] + group
        else:
            joined.append(group)
    return joined


def _fit(before: Group, after: Group) -> bool:
    limit = ITEMS_LIMIT + (len(after) == 1 and before[-1].heading is after[0].heading)
    if len(before) + len(after) > limit or _extent(before[0], after[-1]) > CHARACTERS_LIMIT:
        return False
    return len(before) < TINY or len(after) < TINY


def _nested(left: Heading, right: Heading) -> bool:
    return left is right or left in right.path() or right in left.path()


def _beside(left: Heading, right: Heading) -> bool:
    """Under one parent, or somewhere in one chapter."""
    if _nested(left, right) or left.parent is right.parent:
        return True
    chapters = {node for node in left.path() if node.depth > 1 or node.label}
    return any(node in chapters for node in right.path())


def _title(group: Group) -> str:
    headings = list(dict.fromkeys(statement.heading for statement in group))
    leads = {id(_family_lead(statement)) for statement in group}
    lead = _family_lead(group[0])
    if len(leads) == 1 and lead is not None and (words := group[0].lead.words if group[0].lead else ""):
        heading = headings[0].title
        return title(
            words
            if len(headings) > 1 or not heading or len(words) > len(heading) * 2
            else f"{heading}: {words}"
        )
    names = list(dict.fromkeys(heading.title for heading in headings if heading.title))
    if names:
        return _enumerated(names, headings)
    labels = [statement.item.label for statement in group if statement.item.label]
    first = title(group[0].item.text, FIRST_WORDS)
    if not labels:
        return first
    return f"{labels[0]}–{labels[-1]} {first}" if labels[0] != labels[-1] else f"{labels[0]} {first}"


def _enumerated(names: Sequence[str], headings: Sequence[Heading]) -> str:
    """All the names; the parent's when they are too many, or when the only one says nothing by itself."""
    chinese = is_chinese("".join(names))
    joined = ("、" if chinese else ", ").join(names)
    parent = headings[0].parent.title if headings[0].parent else ""
    if parent and len(joined) > TITLE_LIMIT:
        return title(parent)
    if parent and all(is_generic(name) for name in names):
        return title(f"{parent}：{joined}" if chinese else f"{parent}: {joined}")
    return title(joined)


def _numbered(name: str, number: int, count: int) -> str:
    """Neighbours with one title are told apart by number."""
    return name if count == 1 else f"{title(name, TITLE_LIMIT - COUNT_ROOM)} ({number}/{count})"
