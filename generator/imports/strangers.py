"""Keys that mean other cases here: every tool counts from TC-001."""

from __future__ import annotations

from collections.abc import Mapping

from generator.imports.rows import Reading, Row
from generator.models import Case
from generator.payloads import case_payload

SAYING = {"title", "steps"}


def strangers(reading: Reading, cases: Mapping[str, Case]) -> set[str]:
    """A row with another title and other steps is another case, unless it says which rev it was written at.

    Where most rows are so, the whole file is of another task.
    """
    if reading.task_id:
        return set()
    keyed = [row for row in reading.rows if row.key in cases]
    others = [row for row in keyed if _is_other(reading, row, cases[row.key])]
    if len(others) > 1 and 2 * len(others) > len(keyed):
        return {row.key for row in reading.rows if row.key}
    return {row.key for row in others if row.rev is None}


def _is_other(reading: Reading, row: Row, case: Case) -> bool:
    return reading.changes(row, case_payload(case))[0].keys() >= SAYING
