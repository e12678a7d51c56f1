"""A table of a PDF page."""

from __future__ import annotations

from dataclasses import dataclass

from generator.documents.readers.pdf_lines import Line


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[list[str]]
    left: float
    bottom: float
    right: float
    top: float

    def holds(self, line: Line) -> bool:
        across, up = line.middle
        return self.left <= across <= self.right and self.bottom <= up <= self.top
