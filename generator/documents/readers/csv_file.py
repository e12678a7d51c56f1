"""CSV as a Markdown table: comma, semicolon, tab or bar."""

from __future__ import annotations

import csv

from generator.documents.manuscript import Manuscript
from generator.documents.readers.plain import decoded

SNIFFED_CHARACTERS = 20_000
DELIMITERS = ",;\t|"
csv.field_size_limit(1_000_000)


def read(content: bytes, manuscript: Manuscript) -> None:
    text = decoded(content)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:SNIFFED_CHARACTERS], DELIMITERS)
    except csv.Error:  # one column has no delimiter
        dialect = csv.excel
    dialect.doublequote = True
    manuscript.table(list(csv.reader(text.splitlines(keepends=True), dialect)))
