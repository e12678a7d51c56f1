"""Workbooks: each visible sheet under its name, its filled blocks of rows as tables."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from generator.documents.manuscript import Manuscript

COLUMNS_LIMIT = 200


def read(content: bytes, manuscript: Manuscript) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what the file says of them is often wrong, and reading then stops early
        blocks = list(_blocks(sheet.iter_rows(max_col=COLUMNS_LIMIT)))
        if blocks:
            manuscript.heading(2, sheet.title)
        for block in blocks:
            _write(block, manuscript)
    pictures(content, manuscript)


def pictures(content: bytes, manuscript: Manuscript) -> None:
    """The package's pictures, whose places its program alone computes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if "/media/" in name:
                manuscript.image(mimetypes.guess_type(name)[0] or "", package.read(name))


def _blocks(rows: Iterable[Iterable[Any]]) -> Iterator[list[list[str]]]:
    """Rows that stand together, without the empty ones between them."""
    block: list[list[str]] = []
    for row in rows:
        words = [_words(cell) for cell in row]
        if any(words):
            block.append(words)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _write(block: list[list[str]], manuscript: Manuscript) -> None:
    """A lone cell above wider rows is their title."""
    while len(block) > 1 and sum(map(bool, block[0])) == 1 < max(sum(map(bool, row)) for row in block[1:]):
        manuscript.paragraph("".join(block.pop(0)))
    manuscript.table(block)


def _words(cell: Any) -> str:
    """A cell much as its program shows it: dates without an empty time, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, int | float) and str(cell.number_format).endswith("%"):
        return f"{round(value * 100, 10):g}%"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value) if not isinstance(value, date) else value.isoformat()
