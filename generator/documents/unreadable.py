"""Why a document has no text to give. `Unreadable` is the reader's word for it, without language or name."""

from __future__ import annotations

from typing import Literal

Why = Literal[
    "binary",
    "broken",
    "empty",
    "encoding",
    "encrypted",
    "entities",
    "garbled",
    "macros",
    "memory",
    "pages",
    "quote",
    "scanned",
    "text",
    "time",
    "unpacked",
]


class Unreadable(Exception):
    """Raised by readers; `facts` fill the words that `generator.documents.words` has for `why`."""

    def __init__(self, why: Why, **facts: object) -> None:
        super().__init__(why)
        self.why: Why = why
        self.facts = facts


class DocumentUnreadable(Exception):
    """A file's text can't be had; the reason names the file and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
