"""What every format writes, fetched in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.text import UNFIT, is_unseen
from generator.drafts import Language
from generator.models import Case, Task
from generator.payloads import case_payload, coverage_payload, documents_payload, task_payload
from generator.pipeline.statements.language import language_of

FORMULA_STARTS = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
"""The wide and small forms too: spreadsheets take them for the plain ones."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A task's payloads, as the API gives them; `questions` is what the requirement leaves open."""

    task: dict[str, Any]
    documents: list[dict[str, Any]]
    items: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    questions: list[dict[str, Any]]

    @property
    def language(self) -> Language:
        """The one that the cases are written in."""
        said = (step["action"] for case in self.cases for step in case["steps"])
        return language_of(" ".join([*said, *(case["title"] for case in self.cases)]))


def contents_of(task: Task, review: str | None = None) -> Contents:
    place = F("section__position").asc(nulls_last=True)
    cases = task.cases.standing().with_relations().order_by(place, "position", "number")
    chosen = cases.filter(review=review) if review else cases
    coverage = coverage_payload(task)
    return Contents(
        task=task_payload(task),
        documents=documents_payload(task),
        items=coverage["items"],
        cases=[case_payload(case) for case in chosen],
        questions=coverage["questions"],
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
        "rev": _("Rev"),
    }


def table_row(case: dict[str, Any]) -> dict[str, str]:
    """A case's cells: one line for each precondition, step and expected result, numbered.

    `rev` is there for the table's way back: whoever changes the case meanwhile keeps their text.
    """
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
        "rev": str(case["rev"]),
    }


def numbered(texts: list[str]) -> str:
    """`1. …` for each; an empty one stays out, the others keep their numbers, further lines are indented."""
    return "\n".join(_indented(f"{number}. ", text) for number, text in enumerate(texts, 1) if text)


def _indented(mark: str, text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([mark + first, *(line and " " * len(mark) + line for line in rest)])


def formula_safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    first = next((character for character in cell if not is_unseen(character)), "")
    return first in FORMULA_STARTS or cell.startswith(("\t", "\r"))


def named_title(case: dict[str, Any]) -> str:
    """The title as it is; behind its key where a spreadsheet would take it for a formula.

    For programs that show what a cell holds: an apostrophe would become a part of the title.
    """
    title: str = case["title"]
    return f"{case['key']} {title}" if is_formula(title) else title


def plain(text: str) -> str:
    """Without the characters that XML can't hold."""
    return UNFIT.sub("", text).replace("\ufffe", "").replace("\uffff", "")
