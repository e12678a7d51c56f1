"""Text as it is stored: Unicode with `\\n` line ends, nothing that a database refuses."""

from __future__ import annotations

import re
import unicodedata

SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")
BINARY_SHARE = 0.05
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
VARIATION_SELECTORS = map(chr, range(0xFE00, 0xFE10))
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(VARIATION_SELECTORS)
"""Letters, marks and symbols that show nothing on their own."""


def with_unix_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def can_be_stored(text: str) -> bool:
    """PostgreSQL holds no NUL, and half a surrogate pair is no character."""
    return "\0" not in text and not SURROGATES.search(text)


def is_unseen(character: str) -> bool:
    """Whether a character alone shows nothing: a blank, a format character, a filler."""
    return character.isspace() or unicodedata.category(character) in UNSEEN or character in FILLERS


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in `text`."""
    return all(map(is_unseen, text))


def looks_binary(text: str) -> bool:
    """Whether control and replacement characters make up more of `text` than any real text has."""
    return len(CONTROLS.findall(text)) > max(3, BINARY_SHARE * len(text))


UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line feed, and halves of surrogate pairs: nothing takes them."""
