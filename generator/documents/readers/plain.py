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
GUESSED_HEAD_BYTES = 200_000
COMMON_HAN = (0xB0, 0xD7)
COMMON_SHARE = 0.7
FEWEST_KANA, KANA_SHARE = 4, 0.2
FEWEST_HANGUL = 12
HANGUL = range(0xB0, 0xC9)
"""Where EUC-KR has them: so many characters, all from the first half of the Chinese ones, are Korean."""
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_ASCII = re.compile(r"[\x00-\x7f]+")
_KANA = re.compile("[\u3041-\u30fe]")
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
    if _ISO_2022_JP.search(content):
        encoding = "iso2022_jp"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return _decode_legacy(content)


def _decode_legacy(content: bytes) -> str:
    if content.startswith(UTF_16_BOMS):
        raise Unreadable("encoding")
    if _is_euc_japanese(content):
        return content.decode("euc_jp")
    if _is_euc_korean(content):
        return content.decode("euc_kr")
    if _is_short_chinese(content):
        return content.decode("gb18030")
    return _guessed(content)


def _guessed(content: bytes) -> str:
    """By the whole lines at its beginning, as long as the rest fits: guessing by all takes seconds."""
    head = content[: content.rfind(b"\n", 0, GUESSED_HEAD_BYTES) + 1]
    guess = from_bytes(head, cp_isolation=LEGACY_ENCODINGS).best() if not head.isascii() else None
    if guess and (text := _in(guess.encoding, content)):
        return text
    guess = from_bytes(content, cp_isolation=LEGACY_ENCODINGS).best()
    if guess is None:
        raise Unreadable("encoding")
    return str(guess)


def _is_euc_japanese(content: bytes) -> bool:
    """GB has its kana in the same places, but no Chinese text has many."""
    text = _in("euc_jp", content)
    kana = len(_KANA.findall(text))
    return kana >= FEWEST_KANA and kana > KANA_SHARE * len(_beyond_ascii(text))


def _is_euc_korean(content: bytes) -> bool:
    text = _in("euc_kr", content)
    letters = _beyond_ascii(text)
    leads = {letter.encode("euc_kr")[0] for letter in set(letters)}
    return leads <= {*HANGUL} and len(letters) >= FEWEST_HANGUL


def _beyond_ascii(text: str) -> str:
    return _ASCII.sub("", text)


def _in(encoding: str, content: bytes) -> str:
    """The text, "" if it is in another encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _is_short_chinese(content: bytes) -> bool:
    """A few characters fit any encoding of the East; they are Chinese when GB calls them common."""
    beyond = content.translate(None, bytes(range(0x80)))
    if not 0 < len(beyond) <= GUESSED_BYTES:
        return False
    text = _in("gb2312", content)
    common = sum(COMMON_HAN[0] <= letter.encode("gb2312")[0] <= COMMON_HAN[1] for letter in text)
    return 2 * common > COMMON_SHARE * len(beyond)
