"""Numbered clauses inside a sentence: "… provide: (4.1) a title, (4.2) a description"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .lines import trim
from .sentences import Stretch

_MARKER = re.compile(
    r"[(（]\s*(?P<paren>\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,5})\s*[)）]\s*"
    r"|(?P<circled>[①-⑳])\s*"
    r"|(?<![\w.．(（/-])(?P<plain>\d{1,2})(?:[)）、]|[.．](?=\s*[^\d\s]))\s*"
)
_TRAILING = re.compile(r"(?:[\s,，;；、.。]|(?<=[\s,，])(?:and|or|as well as)|以及|和|及|或)+$")
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])|[。！？](?=.)", re.S)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass(frozen=True, slots=True)
class Clause:
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clauses:
    """A sentence that hangs clauses on its lead-in; `rest` is what the text says after them."""

    lead: Stretch
    clauses: tuple[Clause, ...]
    rest: Stretch


def clauses_in(text: str, start: int, end: int) -> Clauses | None:
    """Two clauses or more, numbered one after the other from the first number on."""
    marks = _in_sequence(list(_MARKER.finditer(text, start, end)))
    if len(marks) < 2:
        return None
    limits = [*(mark.start() for mark in marks[1:]), _close(text, marks[-1].end(), end)]
    found = [_clause(text, mark, limit) for mark, limit in zip(marks, limits, strict=True)]
    if any(clause.end - clause.start < 2 for clause in found):
        return None
    return Clauses(trim(text, start, marks[0].start()), tuple(found), trim(text, limits[-1], end))


def _clause(text: str, mark: re.Match[str], limit: int) -> Clause:
    clause = _TRAILING.sub("", text[mark.end() : limit])
    begin, finish = trim(text, mark.end(), mark.end() + len(clause))
    return Clause(_number(mark), begin, finish)


def _number(mark: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", next(group for group in mark.groups() if group))


def _close(text: str, start: int, end: int) -> int:
    """The last clause ends with its sentence; what follows is a statement of its own."""
    match = _SENTENCE_END.search(text, start, end)
    return match.end() if match else end


def _in_sequence(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The first run of numbers that count up from 1 in one style."""
    run: list[re.Match[str]] = []
    for mark in marks:
        if run and mark.lastgroup == run[0].lastgroup and _number(mark) in set(_after(_number(run[-1]))):
            run.append(mark)
        elif len(run) < 2 and _is_first(_number(mark)):
            run = [mark]
    return run


def _is_first(number: str) -> bool:
    return number in ("1", "a", "i") or number.endswith(".1")


def _after(number: str) -> Iterator[str]:
    head, _, last = number.rpartition(".")
    if last.isdigit():
        yield f"{head}.{int(last) + 1}" if head else str(int(last) + 1)
        return
    if len(last) == 1:
        yield chr(ord(last) + 1)
    if last in _ROMAN[:-1]:
        yield _ROMAN[_ROMAN.index(last) + 1]
