"""*Reading*: files become text, once. Their bytes are dropped then, or once a model saw their pictures."""

from __future__ import annotations

from django.utils import translation

from generator.documents import DocumentUnreadable
from generator.documents.reading import ReadDocument, read_document
from generator.models import Document, Task
from generator.pipeline.run import Run, all_of


async def read(run: Run, documents: list[Document]) -> None:
    """Make text of the files among `documents`, and have their pictures at hand for an engine that sees.

    Raise `DocumentUnreadable`, naming all that have no text.
    """
    run.progress.stage = Task.Stage.READING
    unread = [document for document in documents if document.content is not None]
    outcomes = await all_of(_read_file(run, document) for document in unread)
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, DocumentUnreadable)]
    if reasons:
        raise DocumentUnreadable("\n".join(reasons))
    run.images = {
        document.position: outcome.images
        for document, outcome in zip(unread, outcomes, strict=True)
        if isinstance(outcome, ReadDocument) and outcome.images
    }


async def _read_file(run: Run, document: Document) -> ReadDocument | DocumentUnreadable:
    """Bytes that an earlier attempt has read already are there for the pictures alone."""
    found: ReadDocument | DocumentUnreadable = ReadDocument(document.text)
    if run.engine.sees or not document.text:
        found = await _outcome(run, document)
    if isinstance(found, DocumentUnreadable):
        if not document.text:
            return found
        found = ReadDocument(document.text)
    news = 0 if document.text else found.image_count
    document.text = document.text or found.text
    images = found.images if run.engine.sees else ()
    if not images:
        document.content = None
    await run.write(lambda publisher: _store(run, document, news))
    document.content = None  # in memory: here the pictures are enough
    return ReadDocument(document.text, images)


async def _outcome(run: Run, document: Document) -> ReadDocument | DocumentUnreadable:
    content = bytes(document.content or b"")
    with translation.override(run.reader_language):  # an error is for the owner
        try:
            return await read_document(document.name, document.media_type, content)
        except DocumentUnreadable as unreadable:
            return unreadable


def _store(run: Run, document: Document, images: int) -> None:
    """The text with, in one transaction, a word on the pictures that nobody has looked at."""
    task = run.lease.task()
    document.save(update_fields=["text"] if document.content else ["text", "content"])
    if images:
        task.note("document.images", name=document.name, count=images)
