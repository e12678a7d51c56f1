"""What cuts the rows of a CSV file into cells: comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

DELIMITERS = ",;\t|"
HEAD_LENGTH = 20_000
HEAD_ROWS = 12
_SAID = re.compile(r"sep=(.)\n", re.IGNORECASE)
"""Excel's own first line for what the file is cut by, which it shows to nobody."""


def rows_of(text: str) -> Iterator[list[str]]:
    """The rows, with their line ends as they are. Raise `csv.Error` for a cell over the reader's limit."""
    if said := _SAID.match(text):
        return _cut(text[said.end() :], said[1])
    return _cut(text, max(DELIMITERS, key=lambda delimiter: _alike(text[:HEAD_LENGTH], delimiter)))


def _cut(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _alike(head: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows are cut into as many cells, and into how many."""
    rows = islice(_cut(head, delimiter), HEAD_ROWS)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
