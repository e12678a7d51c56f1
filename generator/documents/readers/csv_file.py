"""CSV as a Markdown table."""

from __future__ import annotations

import csv

from generator.documents.manuscript import Manuscript
from generator.documents.readers.csv_rows import rows_of
from generator.documents.readers.plain import decoded

csv.field_size_limit(1_000_000)


def read(content: bytes, manuscript: Manuscript) -> None:
    manuscript.table(list(rows_of(decoded(content))))
