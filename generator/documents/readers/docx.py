"""Word documents: headings by outline level, lists with the numbers that Word shows, tables, pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from generator.documents.manuscript import Manuscript
from generator.documents.readers.docx_notes import notes_of
from generator.documents.readers.numbering import Numbering
from generator.documents.readers.styles import Styles

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
UNSEEN = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}instrText",
    f"{MC}Fallback",
    f"{W}pPr",
    f"{W}rPr",
    f"{W}txbxContent",
}
SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
TEXTS = (f"{W}t", f"{M}t")
AROUND = (f"{W}sdt", f"{W}sdtContent", f"{W}customXml")
SYMBOLS = {
    "symbol": dict(zip(b"\xa3\xb3\xb1\xb4\xb8\xb9\xbb\xa5\xb0\xac\xae\xb7", "≤≥±×÷≠≈∞°←→•", strict=True)),
    "wingdings": dict(zip(b"\xfc\xfb\xfe\xa8\x6f\xd8\xe0\xa7", "✓✗☑☐☐➢→▪", strict=True)),
}
"""What characters of fonts without Unicode show."""
CONTENTS = ("toc", "table of contents", "目录")


def read(content: bytes, manuscript: Manuscript) -> None:
    document = docx.Document(io.BytesIO(content))
    _Body(document, manuscript).write(document.element.body)


class _Body:
    def __init__(self, document: Any, manuscript: Manuscript) -> None:
        self.part = document.part
        self.manuscript = manuscript
        self.styles = Styles(document.styles.element)
        self.numbering = Numbering(_numbering_of(document), self.styles)
        self.notes = notes_of(document.part)

    def write(self, parent: Any) -> None:
        for element in parent.iterchildren():
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag == f"{W}sdt":
                self._control(element)
            elif element.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml"):
                self.write(element)

    def _control(self, element: Any) -> None:
        gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        is_contents = gallery is not None and gallery.get(f"{W}val", "").lower() in CONTENTS
        inside = element.find(f"{W}sdtContent")
        if inside is not None and not is_contents:
            self.write(inside)

    def _paragraph(self, paragraph: Any) -> None:
        style = self.styles.of(paragraph)
        words = text_of(paragraph)
        label = self.numbering.label(paragraph, style) if words.strip() else None
        level = self.styles.outline_level(paragraph, style)
        if self.styles.name(style).startswith(CONTENTS):
            return
        if level is not None:
            self.manuscript.heading(
                level, f"{label.text} {words}" if label and not label.is_bullet else words
            )
        elif label:
            self.manuscript.item("-" if label.is_bullet else label.text, label.depth, words)
        else:
            self.manuscript.paragraph(words)
        self._beside(paragraph)

    def _beside(self, paragraph: Any) -> None:
        """What belongs to a paragraph: its notes, the paragraphs of its text boxes, its pictures."""
        self._notes(paragraph)
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(above.tag == f"{MC}Fallback" for above in box.iterancestors()):
                self.write(box)
        for picture in paragraph.iter(f"{A}blip", f"{V}imagedata"):
            if not any(above.tag in UNSEEN for above in picture.iterancestors()):
                self._picture(picture.get(f"{R}embed") or picture.get(f"{R}id"))

    def _notes(self, element: Any) -> None:
        for mark in element.iter(*self.notes):
            if (note := self.notes[mark.tag].get(mark.get(f"{W}id"))) is not None:
                self.write(note)

    def _picture(self, relation: str | None) -> None:
        known = self.part.rels.get(relation)
        if known is None or known.is_external:
            self.manuscript.image("", None)
        else:
            self.manuscript.image(known.target_part.content_type, known.target_part.blob)

    def _table(self, table: Any) -> None:
        rows = [[self._cell(cell) for cell in _cells(row)] for row in _rows(table)]
        self.manuscript.table([_unmerged(row) for row in rows])
        self._notes(table)
        for picture in table.iter(f"{A}blip"):
            self._picture(picture.get(f"{R}embed"))

    def _cell(self, cell: Any) -> tuple[str, int]:
        """A cell's words, nested tables' too, and how many columns it spans."""
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        is_continued = merged is not None and merged.get(f"{W}val") != "restart"
        words = "" if is_continued else "\n".join(self._labelled(line) for line in cell.iter(f"{W}p"))
        return words, int(span.get(f"{W}val", "1")) if span is not None else 1

    def _labelled(self, paragraph: Any) -> str:
        words = text_of(paragraph)
        label = self.numbering.label(paragraph, self.styles.of(paragraph)) if words.strip() else None
        return f"{label.text} {words}" if label and not label.is_bullet else words


def _numbering_of(document: Any) -> Any:
    try:
        return document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        return None


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren(f"{W}tr", *AROUND):
        yield from [child] if child.tag == f"{W}tr" else _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for cell in row.iterchildren(f"{W}tc", f"{W}sdt"):
        yield from [cell] if cell.tag == f"{W}tc" else cell.iter(f"{W}tc")


def _unmerged(row: list[tuple[str, int]]) -> list[str]:
    """A cell that spans several columns stands in the first of them."""
    return [words for text, span in row for words in [text, *[""] * (min(span, 100) - 1)]]


def text_of(paragraph: Any) -> str:
    """What the paragraph shows: insertions are in, deletions, hidden text and text boxes are not."""
    return "".join(_shown(paragraph))


def _shown(element: Any) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag in TEXTS:
            yield child.text or ""
        elif child.tag == f"{W}sym":
            yield _symbol(child)
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag not in UNSEEN and isinstance(child.tag, str) and not _is_hidden(child):
            yield from _shown(child)


def _symbol(element: Any) -> str:
    code = int(element.get(f"{W}char", "0"), 16)
    known = SYMBOLS.get(element.get(f"{W}font", "").lower(), {})
    return known.get(code & 0xFF, "") if 0xF000 <= code <= 0xF0FF else chr(code)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val", "1") not in ("0", "false", "off")
