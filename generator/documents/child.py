"""`python -m generator.documents.child MEDIA_TYPE SECONDS MEMORY_MB`: reads one document, and ends.

On standard input: eight bytes of length, the document, and then nothing until the parent is done: when that
ends, this process does. On standard output: one line of JSON, then the text, then the pictures.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import warnings
from types import TracebackType

from generator.documents.limits import Limits
from generator.documents.manuscript import Manuscript
from generator.documents.readers import OPENING, reader_of
from generator.documents.unreadable import Unreadable

LENGTH_BYTES = 8


def main(media_type: str, seconds: str, memory_mb: str) -> None:
    sys.excepthook = _tell
    logging.disable()
    warnings.simplefilter("ignore")
    limits = Limits(int(seconds), int(memory_mb))
    limits.set()
    content = _received()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    manuscript = Manuscript()
    try:
        _read(media_type, content, manuscript)
    except Unreadable as unreadable:
        _answer({"why": unreadable.why, "facts": unreadable.facts})
    else:
        _hand_over(manuscript)
    _end()


def _read(media_type: str, content: bytes, manuscript: Manuscript) -> None:
    reader_of(media_type).read(content, manuscript)
    if media_type != OPENING and not manuscript.text.strip():
        raise Unreadable("empty")


def _received() -> bytes:
    length = int.from_bytes(sys.stdin.buffer.read(LENGTH_BYTES))
    return sys.stdin.buffer.read(length)


def _leave_with_parent() -> None:
    """A parent that was killed can't kill; its end of the pipe closes all the same."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _hand_over(manuscript: Manuscript) -> None:
    text = manuscript.text.encode()
    images = [
        {"media_type": image.media_type, "size": len(image.content), "at": image.at}
        for image in manuscript.images
    ]
    head = {"text": len(text), "images": images, "image_count": manuscript.image_count}
    _answer(head, text, *(image.content for image in manuscript.images))


def _answer(head: dict[str, object], *parts: bytes) -> None:
    line = json.dumps(head, default=str).encode()
    sys.stdout.buffer.write(b"".join([line, b"\n", *parts]))
    sys.stdout.buffer.flush()


def _tell(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Libraries fail in any way over a broken file: whatever nobody caught is the answer."""
    why = "memory" if isinstance(error, MemoryError) else "broken"
    _answer({"why": why, "facts": {"detail": f"{kind.__name__}: {error}"[:500]}})
    _end()


def _end() -> None:
    os._exit(0)  # without the libraries' own endings, which may hang in what they left behind


if __name__ == "__main__":
    main(*sys.argv[1:])
