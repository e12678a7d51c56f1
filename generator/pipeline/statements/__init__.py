"""Names the testable statements of a text, each with its exact span, without asking a model."""

from __future__ import annotations

from generator.drafts import SectionDraft

from .blocks import scan
from .language import language_of
from .lines import is_blank, lines_of, trim
from .outline import with_headings
from .reader import Reader, lines_as_statements
from .sections import sections_of

__all__ = ["extract", "language_of"]


def extract(text: str, document: int = 0) -> tuple[SectionDraft, ...]:
    """The statements in the order of the source, in sections; at least one for any text that is not blank."""
    if is_blank(text):
        return ()
    blocks = with_headings(text, scan(text))
    statements = (
        Reader(text, document, blocks).read() or Reader(text, document, blocks, everything=True).read()
    )
    if not statements:
        lines = [(line.start, line.end) for line in lines_of(text) if not line.blank]
        statements = lines_as_statements(text, document, lines or [trim(text, 0, len(text))])
    return tuple(sections_of(statements))
