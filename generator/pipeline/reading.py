"""*Reading*: files become text, once; their bytes are dropped then."""

from __future__ import annotations

import asyncio

from django.utils import translation

from generator.documents import read_text
from generator.models import Document, Task
from generator.pipeline.run import Run


async def read(run: Run) -> list[Document]:
    """The task's documents with their text. Raise `DocumentUnreadable`, which names the file."""
    documents = await run.enter(Task.Stage.READING, lambda publisher: _documents(run))
    for document in documents:
        if document.content is not None:
            await _read_file(run, document)
    return documents


def _documents(run: Run) -> list[Document]:
    return list(Document.objects.filter(task=run.lease.task_id))


async def _read_file(run: Run, document: Document) -> None:
    content = bytes(document.content or b"")
    with translation.override(run.reader_language):  # an error is for the owner
        document.text = await asyncio.to_thread(read_text, document.name, document.media_type, content)
    document.content = None

    await run.write(lambda publisher: _store(run, document))


def _store(run: Run, document: Document) -> None:
    run.lease.task()
    document.save(update_fields=["text", "content"])
