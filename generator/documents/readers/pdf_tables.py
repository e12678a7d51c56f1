"""Ruled tables: pdfplumber finds their cells, PDFium says what stands in them."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pypdfium2 as pdfium

from generator.documents.readers.pdf_lines import Line, joined
from generator.documents.readers.pdf_shapes import Box, ruled_between
from generator.documents.readers.pdf_table import Table

FEWEST_RULES = 4
MOST_RULES = 4_000
"""A page with more is a drawing, and finding no table in it would take minutes."""
WHOLE_PAGE = 0.9
SETTINGS = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}


class Tables:
    def __init__(self, file: io.BytesIO) -> None:
        self._file = file
        self._pages: list[Any] = []

    def on(self, number: int, boxes: list[Box], lines: list[Line], text: pdfium.PdfTextPage) -> list[Table]:
        """The page's tables; pages without rules are not looked at twice."""
        if not FEWEST_RULES <= len(boxes) <= MOST_RULES:
            return []
        open_tables = list(ruled_between(boxes, lines, text))
        self._pages = self._pages or pdfplumber.open(self._file).pages
        seen = self._pages[number]
        inner = seen.filter(lambda thing: not _spans_page(thing, seen))
        found = [_table(table, text, seen) for table in inner.find_tables(SETTINGS)]
        seen.close()
        return [table for table in found if table] or open_tables


def _spans_page(thing: dict[str, Any], page: Any) -> bool:
    """A background or a frame is no table."""
    if thing.get("object_type") not in ("rect", "curve"):
        return False
    return bool(thing["width"] > WHOLE_PAGE * page.width and thing["height"] > WHOLE_PAGE * page.height / 2)


def _table(found: Any, text: pdfium.PdfTextPage, page: Any) -> Table | None:
    rows = [[_words(cell, text, page) for cell in row.cells] for row in found.rows]
    filled = [row for row in rows if any(row)]
    if len(filled) < 2 or max(map(len, filled)) < 2:
        return None
    left, top, right, bottom = found.bbox
    return Table(filled, left, float(page.height) - bottom, right, float(page.height) - top)


def _words(cell: tuple[float, float, float, float] | None, text: pdfium.PdfTextPage, page: Any) -> str:
    if cell is None:
        return ""
    left, top, right, bottom = cell
    return joined(text.get_text_bounded(left, float(page.height) - bottom, right, float(page.height) - top))
