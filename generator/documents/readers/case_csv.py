"""A CSV file of cases as JSON: `{sheets: [{name, rows}]}`, every cell as it stands there."""

from __future__ import annotations

import csv
import json
from itertools import islice

from generator.documents.manuscript import Manuscript
from generator.documents.readers.csv_rows import rows_of
from generator.documents.readers.plain import decoded
from generator.documents.unreadable import Unreadable

ROWS_LIMIT = 2_000
COLUMNS_LIMIT = 100
READ_ROWS = ROWS_LIMIT + 20
"""Some more than may be: headings, titles above them, and what tells that there are too many."""
CELL_LIMIT = 100_000
END = "\x1c"
"""A row behind the last one: it stands in a cell where a quotation mark was never closed."""


def read(content: bytes, manuscript: Manuscript) -> None:
    csv.field_size_limit(CELL_LIMIT)
    rows = _rows(f"{decoded(content)}\n{END}")
    manuscript.verbatim(json.dumps({"sheets": [{"name": "", "rows": rows}]}))


def _rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(row[:COLUMNS_LIMIT] for row in islice(rows_of(text), READ_ROWS))
    except csv.Error as error:
        raise Unreadable("quote", row=len(rows) + 1) from error
    if rows[-1] != [END] and rows[-1][-1].endswith(END):
        raise Unreadable("quote", row=len(rows))
    return [row for row in rows if row != [END]]
