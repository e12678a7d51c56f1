"""A PDF page's lines with their places: PDFium knows order and Unicode, asked for each line's ends alone."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

LOOK_ALIKES = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in [*range(0x2E80, 0x2FD6), *range(0xFB00, 0xFB07)]
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
"""Radicals and ligatures, which fonts stand in for characters and letters."""
CUT_WORD = "\ufffe"
"""What PDFium gives for a hyphen that a line's end put into a word."""


HAN = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """`size` is the height of its type; `top` is larger than `bottom`."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def lines_of(page: pdfium.PdfTextPage) -> list[Line]:
    return [line for begin, text in _rows(page) if (line := _line(page, begin, text))]


def _rows(page: pdfium.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Each row's first character's number and its text."""
    begin, row = 0, ""
    for number in range(page.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(page, number))
        if letter in "\r\n":
            if row:
                yield begin, row
            begin, row = number + 1, ""
        else:
            row += letter
    if row:
        yield begin, row


def _line(page: pdfium.PdfTextPage, begin: int, text: str) -> Line | None:
    shown = [at for at, letter in enumerate(text) if not letter.isspace() and letter not in "\0\ufffe"]
    if not shown:
        return None
    middle = shown[len(shown) // 2]
    boxes = [_box(page, begin + at) for at in {shown[0], middle, shown[-1]}]
    words = unicodedata.normalize("NFC", text.translate(LOOK_ALIKES)).replace("\0", "")
    return Line(
        text=words.strip(),
        left=min(box.left for box in boxes),
        right=max(box.right for box in boxes),
        bottom=min(box.bottom for box in boxes),
        top=max(box.top for box in boxes),
        size=max(abs(box.top - box.bottom) for box in boxes),
    )


def _box(page: pdfium.PdfTextPage, number: int) -> raw.FS_RECTF:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(page, number, ctypes.byref(box))
    return box


def joined(text: str) -> str:
    """Lines as one: words that were cut are whole again, Chinese needs no space."""
    whole = ""
    for line in filter(None, map(str.strip, text.translate(LOOK_ALIKES).splitlines())):
        if whole.endswith(CUT_WORD):
            whole = whole[:-1] + line
        elif whole and not (HAN.match(whole[-1]) or HAN.match(line[0])):
            whole += " " + line
        else:
            whole += line
    return whole.replace(CUT_WORD, "")
