"""A document's text as readers put it together: headings, lists, tables as Markdown, pictures beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.documents.unreadable import Unreadable

TEXT_LIMIT = 4_000_000
"""Characters of one document: some thousand pages."""
IMAGES_LIMIT = 20
IMAGE_BYTES_LIMIT = 2 * 2**20
ALL_IMAGES_BYTES_LIMIT = 10 * 2**20
HEADING_LIMIT = 200
SEEN_BY_MODELS = ("image/png", "image/jpeg", "image/gif", "image/webp")

Kind = Literal["", "item", "other"]
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_BARE_NUMBER = re.compile(r"\d+|[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a document: `at` is the place in its text where it stands."""

    media_type: str
    content: bytes
    at: int


@dataclass(slots=True)
class Manuscript:
    """`image_count` counts all pictures; `images` are small and few enough to be shown to a model."""

    images: list[Image] = field(default_factory=list)
    image_count: int = 0
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _last: Kind = ""
    _seen: set[bytes] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, level: int, words: str) -> None:
        line = one_line(words)
        if len(line) > HEADING_LIMIT:
            self.paragraph(line)
        elif line:
            self._add("other", f"{'#' * min(max(level, 1), 6)} {line}")

    def paragraph(self, words: str) -> None:
        lines = [line.rstrip() for line in clean(words).split("\n")]
        self._add("other", "\n".join(line for line in lines if line.strip()))

    def item(self, label: str, depth: int, words: str) -> None:
        """A list's entry: `label` is "-" or the number as the document shows it."""
        mark = f"{label}." if _BARE_NUMBER.fullmatch(label) else label or "-"
        if line := one_line(words):
            self._add("item", f"{'   ' * depth}{mark} {line}")

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """The first row names the columns. What is empty is left out, and one column is no table."""
        filled = _squared([[one_line(cell) for cell in row] for row in rows])
        if not filled or len(filled[0]) == 1:
            for row in filled:
                self.paragraph(row[0])
            return
        lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in filled]
        lines.insert(1, f"|{' --- |' * len(filled[0])}")
        self._add("other", "\n".join(lines))

    def image(self, media_type: str, content: bytes | None) -> None:
        """A picture that stands here; the same one twice, as a logo on each page, is one."""
        digest = hashlib.sha256(content).digest() if content else None
        if digest in self._seen:
            return
        self.image_count += 1
        if content is None or digest is None:
            return
        self._seen.add(digest)
        held = sum(len(image.content) for image in self.images)
        is_small = len(content) <= min(IMAGE_BYTES_LIMIT, ALL_IMAGES_BYTES_LIMIT - held)
        if media_type in SEEN_BY_MODELS and is_small and len(self.images) < IMAGES_LIMIT:
            self.images.append(Image(media_type, content, self._length))

    def verbatim(self, text: str) -> None:
        """Text that is a Markdown document of its own."""
        self._add("other", text)

    def _add(self, kind: Kind, text: str) -> None:
        if not text:
            return
        between = "" if not self._last else "\n" if kind == self._last == "item" else "\n\n"
        self._parts.append(between + text)
        self._length += len(between) + len(text)
        self._last = kind
        if self._length > TEXT_LIMIT:
            raise Unreadable("text", most=f"{TEXT_LIMIT:,}")


def clean(words: str) -> str:
    """Text that can be stored, with `\\n` line ends and plain spaces."""
    text = words.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return _UNFIT.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\xa0", " "))


def one_line(words: str) -> str:
    return " ".join(clean(words).split())


def _squared(rows: list[list[str]]) -> list[list[str]]:
    kept = [row for row in rows if any(row)]
    width = max(map(len, kept), default=0)
    full = [row + [""] * (width - len(row)) for row in kept]
    used = [column for column in range(width) if any(row[column] for row in full)]
    return [[row[column] for column in used] for row in full]
