"""CSV: one row a case, steps numbered inside their cells, with the BOM that Excel needs for UTF-8."""

from __future__ import annotations

import csv
import io

from generator.exports.contents import Contents, formula_safe, table_headings, table_row


def write(contents: Contents) -> bytes:
    headings = table_headings()
    text = io.StringIO()
    rows = csv.DictWriter(text, headings, lineterminator="\r\n")
    rows.writerow(headings)
    for case in contents.cases:
        rows.writerow({name: formula_safe(cell) for name, cell in table_row(case).items()})
    return text.getvalue().encode("utf-8-sig")
