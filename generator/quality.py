"""How good a task's cases are, by what can be counted: the numbers of its quality panel."""

from __future__ import annotations

from collections import Counter
from typing import Any

from generator.engines.rules import boundaries, missing_boundaries
from generator.models import Case, Task
from generator.models.cases import OUTDATED, UNVERIFIABLE
from generator.pipeline.likeness import drafts_by_item, duplicates, is_unverifiable


def quality_of(task: Task) -> dict[str, Any]:
    """Shares are 0–1, null where there is nothing to share. Outdated cases cover nothing."""
    cases = list(task.cases.standing().with_relations().order_by("number"))
    items = list(task.items.current())
    drafts = drafts_by_item(case for case in cases if OUTDATED not in case.flags)
    uncovered = [item.key for item in items if item.key not in drafts]
    found = [(item, len(boundaries(item.text))) for item in items]
    missing = sum(len(missing_boundaries(item.text, drafts[item.key])) for item, number in found if number)
    wanted = sum(number for _, number in found)
    return {
        "items": len(items),
        "cases": len(cases),
        "coverage": _share(len(items) - len(uncovered), len(items)),
        "uncovered": uncovered,
        "duplicates": sum(1 for _ in duplicates(cases)),
        "merged": task.cases.present().exclude(merged_into=None).count(),
        "boundaries": {"found": wanted, "covered": wanted - missing},
        "techniques": dict(Counter(case.technique for case in cases).most_common()),
        "negative_share": _share(sum(case.polarity == Case.Polarity.NEGATIVE for case in cases), len(cases)),
        "unverifiable": sum(UNVERIFIABLE in case.flags or is_unverifiable(case) for case in cases),
        "outdated": sum(OUTDATED in case.flags for case in cases),
        "accepted": sum(case.review == Case.Review.ACCEPTED for case in cases),
        "edited": sum(case.edited for case in cases),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
