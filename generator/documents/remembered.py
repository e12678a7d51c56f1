"""Texts of the files read last: whoever pauses in typing asks again what the same files come to."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from generator.documents.reading import read_document_now

CHARACTERS_LIMIT = 8_000_000
"""Of all remembered texts of a process; the longest document has half as many."""
_texts: OrderedDict[tuple[str, bytes], str] = OrderedDict()
_lock = Lock()


def text_of(name: str, media_type: str, content: bytes) -> str:
    """The document's text, read once. Raise `DocumentUnreadable`."""
    key = (media_type, hashlib.sha256(content).digest())
    with _lock:
        known = _texts.pop(key, None)
    text = read_document_now(name, media_type, content).text if known is None else known
    with _lock:
        _texts[key] = text
        while sum(map(len, _texts.values())) > CHARACTERS_LIMIT:
            _texts.popitem(last=False)
    return text
