"""*Reading*: files become text, once; their bytes are dropped then."""

from __future__ import annotations

import asyncio

from django.utils import translation

from generator.documents import read_text
from generator.models import Document, Task
from generator.pipeline.run import Run


async def read(run: Run, documents: list[Document]) -> None:
    """Make text of the files among `documents`. Raise `DocumentUnreadable`, which names the file."""
    run.progress.stage = Task.Stage.READING
    for document in documents:
        if document.content is not None:
            await _read_file(run, document)


async def _read_file(run: Run, document: Document) -> None:
    content = bytes(document.content or b"")
    with translation.override(run.reader_language):  # an error is for the owner
        document.text = await asyncio.to_thread(read_text, document.name, document.media_type, content)
    document.content = None

    await run.write(lambda publisher: _store(run, document))


def _store(run: Run, document: Document) -> None:
    run.lease.task()
    document.save(update_fields=["text", "content"])
