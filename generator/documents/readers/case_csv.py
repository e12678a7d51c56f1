"""A CSV file of cases as JSON: `{sheets: [{name, rows}]}`, every cell as it stands there."""

from __future__ import annotations

import csv
import io
import json
from itertools import islice

from generator.documents.manuscript import Manuscript
from generator.documents.readers.plain import decoded

ROWS_LIMIT = 2_000
COLUMNS_LIMIT = 100
READ_ROWS = ROWS_LIMIT + 20
"""Some more than may be: headings, titles above them, and what tells that there are too many."""
CELL_LIMIT = 100_000
HEAD_LENGTH = 1_000
"""As many characters tell which delimiter it is."""
DELIMITERS = (",", ";", "\t")


def read(content: bytes, manuscript: Manuscript) -> None:
    csv.field_size_limit(CELL_LIMIT)
    text = decoded(content)
    head = text[:HEAD_LENGTH]
    lines = csv.reader(io.StringIO(text), delimiter=max(DELIMITERS, key=head.count))
    rows = [row[:COLUMNS_LIMIT] for row in islice(lines, READ_ROWS)]
    manuscript.verbatim(json.dumps({"sheets": [{"name": "", "rows": rows}]}))
