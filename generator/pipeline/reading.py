"""*Reading*: files become text, once; their bytes are dropped then."""

from __future__ import annotations

from django.utils import translation

from generator.documents import DocumentUnreadable
from generator.documents.reading import Image, ReadDocument, read_document
from generator.models import Document, Task
from generator.pipeline.run import Run, all_of

Images = dict[int, tuple[Image, ...]]
"""What was read of pictures in this attempt, by the document's position."""


async def read(run: Run, documents: list[Document]) -> Images:
    """Make text of the files among `documents`. Raise `DocumentUnreadable`, naming all that have none."""
    run.progress.stage = Task.Stage.READING
    unread = [document for document in documents if document.content is not None]
    outcomes = await all_of(_read_file(run, document) for document in unread)
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, DocumentUnreadable)]
    if reasons:
        raise DocumentUnreadable("\n".join(reasons))
    return {
        document.position: outcome.images
        for document, outcome in zip(unread, outcomes, strict=True)
        if isinstance(outcome, ReadDocument)
    }


async def _read_file(run: Run, document: Document) -> ReadDocument | DocumentUnreadable:
    content = bytes(document.content or b"")
    with translation.override(run.reader_language):  # an error is for the owner
        try:
            found = await read_document(document.name, document.media_type, content)
        except DocumentUnreadable as unreadable:
            return unreadable
    document.text, document.content = found.text, None
    await run.write(lambda publisher: _store(run, document, found.image_count))
    return found


def _store(run: Run, document: Document, images: int) -> None:
    """The text with, in one transaction, a word on the pictures that nobody has looked at."""
    task = run.lease.task()
    document.save(update_fields=["text", "content"])
    if images:
        task.note("document.images", name=document.name, count=images)
