"""Documents as people's programs save them, made here: nothing is read from a folder."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from PIL import Image
from pptx.util import Inches

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE_TEXT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def word_part(name: str, inner: str) -> str:
    """A part's XML, with the namespaces that Word's parts use."""
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    return f"<w:{name} {WORD} {math}>{inner}</w:{name}>"


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def picture(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "PNG")
    return file.getvalue()


class Word:
    """A Word document. Numbering `n` of `levels` is a list's; `heading_levels` number the headings."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self._numbering = self.document.part.numbering_part.element
        self._known = 100

    def numbering(self, *levels: tuple[str, str], headings: bool = False, starts_at: int = 1) -> int:
        """Levels are (format, text): ("decimal", "%1.%2")."""
        self._known += 1
        inner = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="{1 if depth else starts_at}"/>'
            f'<w:numFmt w:val="{kind}"/>'
            + (f'<w:pStyle w:val="Heading{depth + 1}"/>' if headings else "")
            + f'<w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (kind, text) in enumerate(levels)
        )
        abstract = f'<w:abstractNum {WORD} w:abstractNumId="{self._known}">{inner}</w:abstractNum>'
        self._numbering.insert(0, parse_xml(abstract))
        number = f'<w:num {WORD} w:numId="{self._known}"><w:abstractNumId w:val="{self._known}"/></w:num>'
        self._numbering.append(parse_xml(number))
        if headings:
            self._number_headings(len(levels))
        return self._known

    def _number_headings(self, levels: int) -> None:
        for depth in range(levels):
            style = self.document.styles[f"Heading {depth + 1}"].element.get_or_add_pPr()
            style.append(parse_xml(f'<w:numPr {WORD}><w:numId w:val="{self._known}"/></w:numPr>'))

    def item(self, text: str, numbering: int, depth: int = 0) -> None:
        paragraph = self.document.add_paragraph(text)._p.get_or_add_pPr()
        place = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{numbering}"/>'
        paragraph.append(parse_xml(f"<w:numPr {WORD}>{place}</w:numPr>"))

    def table(self, *rows: tuple[str, ...]) -> None:
        table = self.document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, words in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, words, strict=True):
                cell.text = text

    def raw(self, name: str, inner: str) -> None:
        self.document.element.body.insert_element_before(parse_xml(word_part(name, inner)), "w:sectPr")

    def picture(self, colour: str) -> None:
        self.document.add_picture(io.BytesIO(picture(colour)))

    def save(self) -> bytes:
        return saved(self.document)


def word(*paragraphs: str) -> bytes:
    document = Word()
    for paragraph in paragraphs:
        document.document.add_paragraph(paragraph)
    return document.save()


def workbook(*rows: tuple[Any, ...], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def slides(title: str, *lines: tuple[int, str], notes: str = "") -> bytes:
    """One slide; each line has its level. A table of two columns and a picture stand below."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    frame = slide.placeholders[1].text_frame
    for number, (level, text) in enumerate(lines):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for place, text in enumerate(["字段", "上限", "书名", "100"]):
        table.cell(place // 2, place % 2).text = text
    slide.shapes.add_picture(io.BytesIO(picture()), Inches(1), Inches(5))
    slide.notes_slide.notes_text_frame.text = notes
    return saved(deck)


def archive(entries: dict[str, str | bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compress) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return file.getvalue()


def replaced(content: bytes, name: str, part: bytes) -> bytes:
    """The package with another content for one of its entries, or with one more."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries: dict[str, str | bytes] = {each: packed.read(each) for each in packed.namelist()}
    return archive(entries | {name: part})


def opendocument(body: str, styles: str = "", manifest: str = "<manifest/>") -> bytes:
    content = (
        f"<office:document-content {OFFICE_TEXT}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": ODT_TYPE, "content.xml": content, "META-INF/manifest.xml": manifest})


def pdf(*pages: list[str], extra: str = "", trailer: str = "") -> bytes:
    """Pages of Helvetica lines, by hand; a line that begins with `# ` is set large."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        content = "".join(_set(line, number) for number, line in enumerate(lines)) + extra
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        font = "<</Font<</F 3 0 R>>>>"
        page = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources{font}/Contents {len(objects)} 0 R>>"
        )
        objects.append(page)
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    return _file(objects, trailer)


def _set(line: str, number: int) -> str:
    size, text = (20, line[2:]) if line.startswith("# ") else (10, line)
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F {size} Tf 60 {700 - number * 14} Td ({escaped}) Tj ET\n"


def _file(objects: list[str], trailer: str) -> bytes:
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj{body}endobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
    end = f"trailer<</Root 1 0 R/Size {len(objects) + 1}{trailer}>>\nstartxref\n{len(text)}\n%%EOF"
    return f"{text}{table}{end}".encode()
