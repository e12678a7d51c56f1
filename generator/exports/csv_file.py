"""CSV: one row a case, steps numbered inside their cells, with the BOM that Excel needs for UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from generator.exports.contents import Contents, formula_safe, table_headings, table_row


def write(contents: Contents) -> bytes:
    return table(table_headings(), map(table_row, contents.cases)).encode("utf-8-sig")


def table(headings: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> str:
    """`headings` name the columns by their cells. No cell is a formula, whatever it begins with."""
    text = io.StringIO()
    lines = csv.DictWriter(text, headings, lineterminator="\r\n")
    lines.writerow(headings)
    for row in rows:
        lines.writerow({name: formula_safe(cell) for name, cell in row.items()})
    return text.getvalue()
