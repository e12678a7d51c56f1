"""What a file says of cases, before anybody asks whether the task has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.models.cases import CASE_KEY
from generator.payloads import Payload

Raw = dict[str, Any]
"""A case in the words of its format: a table's cells by column, or fields of the API's case."""
Content = dict[str, Any]
"""Fields of the API's case."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the file. `place` names it for a person, `rev` is the case's when the file was written."""

    number: int
    place: str
    raw: Raw
    key: str = ""
    rev: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's rows. A case is unchanged where `raw` says what `written` says of it, so that nothing which a
    format can't hold is taken for an edit. `meant` makes content of either, and notes what it can't use.
    """

    rows: list[Row]
    written: Callable[[Payload], Raw]
    meant: Callable[[Raw], tuple[Content, list[str]]]
    task_id: str = ""

    def changes(self, row: Row, case: Payload) -> tuple[Content, list[str]]:
        """Where the row says something else than an export of the case. What it lacks says the same."""
        written = self.written(case)
        before, _notes = self.meant(written)
        after, notes = self.meant({**written, **row.raw})
        return {name: value for name, value in after.items() if before.get(name) != value}, notes


def key_in(text: str) -> str:
    """The case's key that `text` is, or ""."""
    key = text.strip().upper()
    return key if CASE_KEY.fullmatch(key) else ""


def rev_in(text: str) -> int | None:
    """The number that `text` is, None if it is none; 0, at which no case ever was, for one too great."""
    number = text.strip()
    if not (number.isascii() and number.isdigit()):
        return None
    return int(number) if len(number) < 10 else 0
