"""PDF: lines become paragraphs again, large type headings, rules tables; running titles are left out."""

from __future__ import annotations

import io

import pypdfium2 as pdfium

from generator.documents.manuscript import Manuscript
from generator.documents.readers.pdf_images import write_images
from generator.documents.readers.pdf_layout import Layout
from generator.documents.readers.pdf_lines import Line, lines_of
from generator.documents.readers.pdf_opening import opened
from generator.documents.readers.pdf_shapes import boxes_of, with_bullets
from generator.documents.readers.pdf_table import Table
from generator.documents.readers.pdf_tables import Tables
from generator.documents.unreadable import Unreadable

PAGES_LIMIT = 2_000
UNKNOWN_SHARE = 0.2


def read(content: bytes, manuscript: Manuscript) -> None:
    document = opened(content)
    if len(document) > PAGES_LIMIT:
        raise Unreadable("pages", pages=f"{len(document):,}", most=f"{PAGES_LIMIT:,}")
    tables = Tables(io.BytesIO(content))
    layout = Layout([_page(document[number], tables, number) for number in range(len(document))])
    _refuse_garbled(layout)
    for number in range(len(document)):
        layout.write(number, manuscript)
        write_images(document[number], manuscript)
    if not manuscript.text:
        raise Unreadable("scanned" if manuscript.image_count else "empty")


def _page(page: pdfium.PdfPage, tables: Tables, number: int) -> tuple[float, list[Line], list[Table]]:
    text = page.get_textpage()
    boxes = boxes_of(page)
    lines = with_bullets(lines_of(text), boxes)
    found = tables.on(number, boxes, lines, text) if lines else []
    height = page.get_height()
    text.close()
    page.close()
    return height, lines, found


def _refuse_garbled(layout: Layout) -> None:
    """Fonts without a map to Unicode give private or replacement characters."""
    letters = [letter for line in layout.all_lines() for letter in line.text if not letter.isspace()]
    unknown = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    if unknown > UNKNOWN_SHARE * len(letters):
        raise Unreadable("garbled")
