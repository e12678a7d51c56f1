"""Text and Markdown, in whatever encoding: Unicode with `\\n` line ends and no BOM, otherwise as it is."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from generator.documents.manuscript import Manuscript
from generator.documents.unreadable import Unreadable

UTF_16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LEGACY_ENCODINGS = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251"]
GUESSED_BYTES = 400
COMMON_HAN = (0xB0, 0xD7)
COMMON_SHARE = 0.7
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(\s*[^)\s][^)\n]*\)|<img\b[^>\n]*>", re.IGNORECASE)


def read(content: bytes, manuscript: Manuscript) -> None:
    text = decoded(content)
    manuscript.verbatim(text)
    for _picture in _PICTURE.finditer(text):
        manuscript.image("", None)


def decoded(content: bytes) -> str:
    """The text of a file. Raise `Unreadable`."""
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Unreadable("binary")
    return text


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(UTF_16_BOMS) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return _decode_legacy(content)


def _decode_legacy(content: bytes) -> str:
    if content.startswith(UTF_16_BOMS):
        raise Unreadable("encoding")
    if _is_short_chinese(content):
        return content.decode("gb18030")
    guess = from_bytes(content, cp_isolation=LEGACY_ENCODINGS).best()
    if guess is None:
        raise Unreadable("encoding")
    return str(guess)


def _is_short_chinese(content: bytes) -> bool:
    """A few characters fit any encoding of the East; they are Chinese when GB calls them common."""
    beyond = [byte for byte in content if byte > 0x7F]
    if not 0 < len(beyond) <= GUESSED_BYTES:
        return False
    try:
        text = content.decode("gb2312")
    except UnicodeDecodeError:
        return False
    common = sum(COMMON_HAN[0] <= letter.encode("gb2312")[0] <= COMMON_HAN[1] for letter in text)
    return 2 * common > COMMON_SHARE * len(beyond)
