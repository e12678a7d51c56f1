"""A text as lines with offsets, and trimming that keeps offsets true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# str.strip knows NBSP and the ideographic space, but neither the BOM nor zero-width spaces.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its indentation, quotation marks (`>`) and line end, as offsets into the text."""

    start: int
    end: int
    indent: int
    content: str

    @property
    def blank(self) -> bool:
        return self.start == self.end


def lines_of(text: str) -> Iterator[Line]:
    offset = 0
    for raw in text.split("\n"):
        yield _line(text, offset, offset + len(raw))
        offset += len(raw) + 1


def _line(text: str, start: int, end: int) -> Line:
    begin, finish = trim(text, start, end)
    while begin < finish and text[begin] == ">":
        begin, finish = trim(text, begin + 1, finish)
    indent = sum(TAB_WIDTH if mark == "\t" else 1 for mark in text[start:begin] if mark not in INVISIBLE)
    return Line(begin, finish, indent, text[begin:finish])


def trim(text: str, start: int, end: int, marks: str = "") -> tuple[int, int]:
    """Narrow `start:end` until neither edge is white space, invisible or one of `marks` (the end only)."""
    while start < end and _is_space(text[start]):
        start += 1
    while end > start and (_is_space(text[end - 1]) or text[end - 1] in marks):
        end -= 1
    return start, end


def is_blank(text: str) -> bool:
    return all(_is_space(mark) for mark in text)


def _is_space(mark: str) -> bool:
    return mark.isspace() or mark in INVISIBLE
