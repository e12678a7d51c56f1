"""Where the columns of a PDF's pages end: a page may be as wide as it is above them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generator.documents.readers.pdf_lines import Line

Edges = list[tuple[float, float]]
"""Where the lines of each column begin and end."""


class Columns:
    def __init__(self, pages: list[list[Line]]) -> None:
        narrow = {line for lines in pages for line in _side_by_side(lines)}
        self._narrow_edges = _edges(narrow)
        self._narrow = {line for lines in pages for line in self._in_columns(lines, narrow)}
        self._edges = _edges({line for lines in pages for line in lines} - self._narrow)

    def end_of(self, line: Line) -> float:
        """How far a line in the column of this one may go, 0 where nothing tells."""
        edges = self._narrow_edges if line in self._narrow else self._edges
        return min((right for left, right in edges if _fits(line, left, right)), default=0.0)

    def _in_columns(self, lines: list[Line], narrow: set[Line]) -> Iterator[Line]:
        """Also those with nothing beside them, at the foot of the longer column."""
        last: Line | None = None
        for line in lines:
            is_below = last is not None and line.bottom < last.bottom
            is_as_narrow = any(_fits(line, left, right) for left, right in self._narrow_edges)
            last = line if line in narrow or (is_below and is_as_narrow) else None
            if last:
                yield last


def _side_by_side(lines: list[Line]) -> Iterator[Line]:
    """Lines at one height with a gap between them."""
    for left, right in pairwise(sorted(lines, key=lambda line: (-round(line.middle[1]), line.left))):
        is_level = abs(left.middle[1] - right.middle[1]) < left.size / 2
        if is_level and right.left - left.right > left.size / 2:
            yield from (left, right)


def _edges(lines: set[Line]) -> Edges:
    columns: Edges = []
    for line in sorted(lines, key=lambda line: (line.left - line.right, line.left)):
        if not any(left <= line.left and line.right <= right + line.size for left, right in columns):
            columns.append((line.left, line.right))
    return columns


def _fits(line: Line, left: float, right: float) -> bool:
    return left <= line.left + 1 and line.right <= right + 1
