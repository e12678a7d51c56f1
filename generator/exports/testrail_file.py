"""TestRail's CSV import: its own field names and choices, a row a case (the template "Test Case (Text)")."""

from __future__ import annotations

from typing import Any

from generator.exports.contents import Contents, named_title, numbered, table_row
from generator.exports.csv_file import table

HEADINGS = {
    "title": "Title",
    "section": "Section",
    "template": "Template",
    "type": "Type",
    "priority": "Priority",
    "preconditions": "Preconditions",
    "steps": "Steps",
    "expected": "Expected Result",
    "references": "References",
    "data": "Test Data",
    "tags": "Labels",
    "key": "Key",
}
TYPES = {
    "functional": "Functional",
    "interface": "Other",
    "performance": "Performance",
    "security": "Security",
    "compatibility": "Compatibility",
    "usability": "Usability",
}
PRIORITIES = {"P0": "Critical", "P1": "High", "P2": "Medium", "P3": "Low"}


def write(contents: Contents) -> bytes:
    return table(HEADINGS, map(_row, contents.cases)).encode("utf-8-sig")


def _row(case: dict[str, Any]) -> dict[str, str]:
    row = table_row(case)
    return {
        **{name: row[name] for name in ("section", "steps", "expected", "data", "tags", "key")},
        "title": named_title(case),
        "template": "Test Case (Text)",
        "type": TYPES[case["type"]],
        "priority": PRIORITIES[case["priority"]],
        "preconditions": numbered(case["preconditions"]),
        "references": ", ".join(case["requirements"]),
    }
