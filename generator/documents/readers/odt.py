"""OpenDocument texts: their XML is a published format of one page, and no library keeps its list numbers."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from generator.documents.manuscript import Manuscript
from generator.documents.readers.odt_lists import Lists

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
LINK = "{http://www.w3.org/1999/xlink}href"
SIGNS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
UNSEEN = {f"{OFFICE}annotation", f"{TEXT}note", f"{DRAW}frame", f"{TEXT}tracked-changes", f"{TEXT}ruby-text"}
CONTENTS = {f"{TEXT}table-of-content", f"{TEXT}alphabetical-index", f"{TEXT}tracked-changes"}
MOST_REPEATS = 200


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def read(content: bytes, manuscript: Manuscript) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("content.xml"), parser())
        styles = [root]
        if "styles.xml" in package.namelist():
            styles.insert(0, etree.fromstring(package.read("styles.xml"), parser()))
        body = root.find(f"{OFFICE}body/{OFFICE}text")
        _Body(package, manuscript, Lists(styles)).write(body)


class _Body:
    def __init__(self, package: zipfile.ZipFile, manuscript: Manuscript, lists: Lists) -> None:
        self.package = package
        self.manuscript = manuscript
        self.lists = lists

    def write(self, parent: Any) -> None:
        for element in parent.iterchildren():
            if element.tag == f"{TEXT}h":
                self._heading(element)
            elif element.tag == f"{TEXT}p":
                self.manuscript.paragraph(text_of(element))
                self._beside(element)
            elif element.tag == f"{TEXT}list":
                self._list(element, self.lists.begin(element), 0)
            elif element.tag == f"{TABLE}table":
                self._table(element)
            elif element.tag not in CONTENTS and isinstance(element.tag, str):
                self.write(element)

    def _heading(self, element: Any) -> None:
        level = int(element.get(f"{TEXT}outline-level", "1"))
        number = self.lists.heading_number(element, level)
        self.manuscript.heading(level, f"{number} {text_of(element)}".strip())
        self._beside(element)

    def _list(self, element: Any, style: str, depth: int) -> None:
        for entry in element.iterchildren(f"{TEXT}list-item", f"{TEXT}list-header"):
            is_new = entry.tag == f"{TEXT}list-item"
            for child in entry.iterchildren():
                if child.tag == f"{TEXT}list":
                    self._list(child, self.lists.within(child, style, depth + 1), depth + 1)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    words = text_of(child)
                    if is_new and words.strip():
                        self.manuscript.item(self.lists.label(style, depth, entry), depth, words)
                        is_new = False
                    else:
                        self.manuscript.paragraph(words)
                    self._beside(child)

    def _table(self, table: Any) -> None:
        rows = [row for row in table.iter(f"{TABLE}table-row") if _table_of(row) is table]
        self.manuscript.table([list(_cells(row)) for row in rows])
        self._beside(table)

    def _beside(self, element: Any) -> None:
        for box in element.iter(f"{DRAW}text-box", f"{TEXT}note-body"):
            self.write(box)
        for picture in element.iter(f"{DRAW}image"):
            name = picture.get(LINK, "")
            known = name in self.package.namelist()
            media_type = mimetypes.guess_type(name)[0] or ""
            self.manuscript.image(media_type, self.package.read(name) if known else None)


def _table_of(row: Any) -> Any:
    return next(above for above in row.iterancestors() if above.tag == f"{TABLE}table")


def _cells(row: Any) -> Iterator[str]:
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        words = "\n".join(text_of(line) for line in cell.iter(f"{TEXT}p", f"{TEXT}h"))
        repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        yield from [words] * min(repeated, MOST_REPEATS)


def text_of(paragraph: Any) -> str:
    return "".join(_shown(paragraph))


def _shown(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        if child.tag == f"{TEXT}s":
            yield " " * min(int(child.get(f"{TEXT}c", "1")), MOST_REPEATS)
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag not in UNSEEN and isinstance(child.tag, str):
            yield from _shown(child)
        yield child.tail or ""
