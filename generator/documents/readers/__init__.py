"""One reader a format: bytes in, a manuscript out. Each is imported only where its format is read."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from generator.documents.manuscript import Manuscript

OOXML = "application/vnd.openxmlformats-officedocument"
OPENING = "application/pdf; opened"
"""A PDF that is opened alone: does it ask for a password?"""
READERS = {
    "text/plain": "plain",
    "text/markdown": "plain",
    "text/csv": "csv_file",
    "text/html": "html",
    "application/json": "openapi",
    "application/yaml": "openapi",
    "application/pdf": "pdf",
    OPENING: "pdf_opening",
    f"{OOXML}.wordprocessingml.document": "docx",
    f"{OOXML}.spreadsheetml.sheet": "xlsx",
    f"{OOXML}.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "text/csv; cases": "case_csv",
    f"{OOXML}.spreadsheetml.sheet; cases": "case_table",
    "application/vnd.xmind.workbook; cases": "case_map",
}
"""With `; cases`: a file of cases that comes back, as JSON for `generator.imports`."""


class Reader(Protocol):
    def read(self, content: bytes, manuscript: Manuscript) -> None:
        """Write the document down. Raise `Unreadable`, or whatever the library raises for a broken file."""


def reader_of(media_type: str) -> Reader:
    return cast(Reader, import_module(f"generator.documents.readers.{READERS[media_type]}"))
