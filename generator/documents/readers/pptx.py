"""Slides: the title as a heading, placeholders' paragraphs as lists, tables, notes and pictures."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import count
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE

from generator.documents.manuscript import Manuscript
from generator.documents.numerals import letter, roman

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
KINDS = {"alphaLc": letter, "alphaUc": lambda number: letter(number).upper(), "romanLc": roman}
KINDS["romanUc"] = lambda number: roman(number).upper()
FRAMES = {"ParenBoth": "({})", "ParenR": "{})", "Plain": "{}", "Period": "{}."}


def read(content: bytes, manuscript: Manuscript) -> None:
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        if slide.element.get("show") == "0":
            continue
        title = slide.shapes.title
        if title is not None:
            manuscript.heading(1, title.text_frame.text)
        _shapes((shape for shape in slide.shapes if shape != title), manuscript)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            manuscript.paragraph(slide.notes_slide.notes_text_frame.text)


def _shapes(shapes: Iterable[Any], manuscript: Manuscript) -> None:
    """From top to bottom, then from left to right; what stands where its layout says comes first."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            _shapes(shape.shapes, manuscript)
        elif shape.has_text_frame:
            _paragraphs(shape, manuscript)
        elif shape.has_table:
            manuscript.table([[cell.text for cell in row.cells] for row in shape.table.rows])
        else:
            _picture(shape, manuscript)


def _paragraphs(shape: Any, manuscript: Manuscript) -> None:
    numbers: dict[int, count[int]] = {}
    for paragraph in shape.text_frame.paragraphs:
        auto = paragraph._p.find(f"{A}pPr/{A}buAutoNum")
        drawn = paragraph._p.find(f"{A}pPr/{A}buChar") is not None
        for deeper in [level for level in numbers if level > paragraph.level]:
            del numbers[deeper]
        if auto is not None:
            number = next(numbers.setdefault(paragraph.level, count(int(auto.get("startAt", "1")))))
            manuscript.item(_label(number, auto.get("type", "")), paragraph.level, paragraph.text)
        elif drawn or (shape.is_placeholder and _is_marked(paragraph)):
            manuscript.item("-", paragraph.level, paragraph.text)
        else:
            manuscript.paragraph(paragraph.text)


def _is_marked(paragraph: Any) -> bool:
    return paragraph._p.find(f"{A}pPr/{A}buNone") is None


def _label(number: int, kind: str) -> str:
    """`arabicPeriod` is "1.", `alphaLcParenR` "a)"."""
    written = next((write(number) for name, write in KINDS.items() if kind.startswith(name)), str(number))
    return next((frame for end, frame in FRAMES.items() if kind.endswith(end)), "{}.").format(written)


def _picture(shape: Any, manuscript: Manuscript) -> None:
    if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.LINKED_PICTURE):
        try:
            image = shape.image
        except ValueError:  # linked, not embedded
            manuscript.image("", None)
        else:
            manuscript.image(image.content_type, image.blob)
    elif shape.has_chart or shape.shape_type in (MSO_SHAPE_TYPE.EMBEDDED_OLE_OBJECT, MSO_SHAPE_TYPE.DIAGRAM):
        manuscript.image("", None)
