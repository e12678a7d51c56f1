"""HTML as Markdown. Nothing is fetched; pictures within the page come along, others are counted."""

from __future__ import annotations

import base64
import binascii
import re

from html_to_markdown import ConversionOptions, convert

from generator.documents.manuscript import Manuscript, clean
from generator.documents.readers.plain import decoded

OPTIONS = ConversionOptions(extract_metadata=False, compact_tables=True, autolinks=False)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset=["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096
_DATA = re.compile(r"!\[([^\]\n]*)\]\(data:(image/[\w.+-]+);base64,([^)\s]*)[^)]*\)")
_REMOTE = re.compile(r"!\[[^\]\n]*\]\((?!data:)[^)\n]+\)")


def read(content: bytes, manuscript: Manuscript) -> None:
    markdown = clean(convert(_text(content), OPTIONS).content or "")
    for media_type, picture in [(found[2], found[3]) for found in _DATA.finditer(markdown)]:
        manuscript.image(media_type, _bytes_of(picture))
    for _remote in _REMOTE.finditer(markdown):
        manuscript.image("", None)
    manuscript.verbatim(_DATA.sub(r"![\1]()", markdown).strip())


def _text(content: bytes) -> str:
    """By its BOM, else as its `meta` says, else as any text. A `meta` that can be read is in no UTF-16."""
    said = _CHARSET.search(content[:_HEAD_BYTES])
    if (
        said
        and not said[1].lower().startswith((b"utf-16", b"utf-32"))
        and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    ):
        try:
            return content.decode(said[1].decode())
        except (LookupError, UnicodeError):
            return decoded(content)
    return decoded(content)


def _bytes_of(picture: str) -> bytes | None:
    try:
        return base64.b64decode(picture)
    except binascii.Error:
        return None
