"""What every format writes, fetched in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.text import is_unseen
from generator.models import Case, Task
from generator.payloads import case_payload, coverage_payload, documents_payload, task_payload

FORMULA_STARTS = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
"""The wide and small forms too: spreadsheets take them for the plain ones."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A task's payloads, as the API gives them."""

    task: dict[str, Any]
    documents: list[dict[str, Any]]
    items: list[dict[str, Any]]
    cases: list[dict[str, Any]]


def contents_of(task: Task, review: str | None = None) -> Contents:
    cases = task.cases.standing().with_relations()
    chosen = cases.filter(review=review) if review else cases
    return Contents(
        task=task_payload(task),
        documents=documents_payload(task),
        items=coverage_payload(task)["items"],
        cases=[case_payload(case) for case in chosen],
    )


def table_headings() -> dict[str, str]:
    """The columns of a table of cases, by the name of their cell, in the reader's language."""
    return {
        "key": _("Key"),
        "section": _("Section"),
        "title": _("Title"),
        "requirements": _("Requirements"),
        "priority": _("Priority"),
        "type": _("Type"),
        "technique": _("Technique"),
        "polarity": _("Polarity"),
        "preconditions": _("Preconditions"),
        "steps": _("Steps"),
        "expected": _("Expected results"),
        "data": _("Data"),
        "tags": _("Tags"),
        "review": _("Review"),
        "flags": _("Flags"),
    }


def table_row(case: dict[str, Any]) -> dict[str, str]:
    """A case's cells: one line for each precondition, step and expected result, numbered."""
    return {
        **{name: case[name] for name in ("key", "section", "title", "priority", "data")},
        "requirements": ", ".join(case["requirements"]),
        "type": str(Case.Type(case["type"]).label),
        "technique": str(Case.Technique(case["technique"]).label),
        "polarity": str(Case.Polarity(case["polarity"]).label),
        "preconditions": numbered(case["preconditions"]),
        "steps": numbered([step["action"] for step in case["steps"]]),
        "expected": numbered([step["expected"] for step in case["steps"]]),
        "tags": ", ".join(case["tags"]),
        "review": str(Case.Review(case["review"]).label),
        "flags": ", ".join(case["flags"]),
    }


def numbered(lines: list[str]) -> str:
    """`1. …` on a line each; an empty one stays out, and the others keep their numbers."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1) if line)


def formula_safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    first = next((character for character in cell if not is_unseen(character)), "")
    return f"'{cell}" if first in FORMULA_STARTS or cell.startswith(("\t", "\r")) else cell
