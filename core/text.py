"""Text as it is stored: Unicode with `\\n` line ends, nothing that a database refuses."""

from __future__ import annotations

import re

SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")
BINARY_SHARE = 0.05


def with_unix_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def can_be_stored(text: str) -> bool:
    """PostgreSQL holds no NUL, and half a surrogate pair is no character."""
    return "\0" not in text and not SURROGATES.search(text)


def looks_binary(text: str) -> bool:
    """Whether control and replacement characters make up more of `text` than any real text has."""
    return len(CONTROLS.findall(text)) > max(3, BINARY_SHARE * len(text))
