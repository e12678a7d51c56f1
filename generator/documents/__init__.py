"""Files as people upload them: judged at once, read by the worker."""

from generator.documents.judging import EmptyDocument, File, WrongDocumentType, judge
from generator.documents.reading import DocumentUnreadable, read_text

__all__ = ["DocumentUnreadable", "EmptyDocument", "File", "WrongDocumentType", "judge", "read_text"]
