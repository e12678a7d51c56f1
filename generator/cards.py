"""Tasks and cases as chat shows them: cards for links to them, by what each reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from core.models import User
from generator.models import Case, Task
from generator.models.cases import CASE_KEY

LINK = re.compile(
    r"(?:https?://[^\s/<>\"'()\[\]]+|(?<![\w./-]))/tasks/"
    r"(?P<task>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/"
    r"(?:#(?P<case>TC-\d{3,9})\b|(?![\w/?]))",
    re.IGNORECASE,
)
"""A page's address on this or any host; a longer path is another page."""
CONDITIONS = 200
REFERENCE = re.compile(r"(?:task|case):([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?::(TC-\d{3,9}))?")


class TaskCards:
    """Cards of tasks and of cases."""

    def find(self, text: str) -> list[str]:
        found = []
        for link in LINK.finditer(text):
            task_id, key = link["task"].lower(), (link["case"] or "").upper()
            known = CASE_KEY.fullmatch(key)
            found.append(f"case:{task_id}:{key}" if known else f"task:{task_id}")
        return found

    def show(self, user: User, references: Iterable[str]) -> dict[str, dict[str, Any]]:
        ours = {match[0]: match for text in references if (match := REFERENCE.fullmatch(text))}
        tasks = _tasks(user, {UUID(match[1]) for match in ours.values()})
        cases = _cases(tasks, ours.values())
        with translation.override(user.language):
            found = {reference: _card(tasks, cases, match) for reference, match in ours.items()}
        return {reference: card for reference, card in found.items() if card}

    def labels(self) -> dict[str, str]:
        choices = [*Task.Status.choices, *Case.Review.choices]
        return {state: str(label) for state, label in choices}


def _card(
    tasks: dict[UUID, Task], cases: dict[tuple[UUID, str], Case], match: re.Match[str]
) -> dict[str, Any] | None:
    task, key = tasks.get(UUID(match[1])), match[2]
    if task is None:
        return None
    if not key:
        return _task_card(task)
    case = cases.get((task.pk, key))
    return _case_card(task, case) if case else None


def _tasks(user: User, ids: set[UUID]) -> dict[UUID, Task]:
    if not ids:
        return {}
    return {task.pk: task for task in Task.objects.visible_to(user).light().filter(pk__in=ids)}


def _cases(tasks: dict[UUID, Task], matches: Iterable[re.Match[str]]) -> dict[tuple[UUID, str], Case]:
    """In one query, but for those of a whole page of messages: SQLite nests conditions 1,000 deep at most."""
    named = [(UUID(match[1]), int(match[2][3:])) for match in matches if match[2]]
    wanted = [Q(task=task_id, number=number) for task_id, number in named if task_id in tasks]
    present = Case.objects.present().only("task", "number", "title", "review")
    return {
        (case.task_id, case.key): case
        for first in range(0, len(wanted), CONDITIONS)
        for case in present.filter(reduce(or_, wanted[first : first + CONDITIONS]))
    }


def _task_card(task: Task) -> dict[str, Any]:
    return {
        "kind": "task",
        "id": str(task.pk),
        "key": None,
        "title": task.title,
        "status": task.status,
        "label": str(Task.Status(task.status).label),
        "role": task.role,
        "url": reverse("task", args=[task.pk]),
    }


def _case_card(task: Task, case: Case) -> dict[str, Any]:
    return {
        "kind": "case",
        "id": str(task.pk),
        "key": case.key,
        "title": case.title,
        "review": case.review,
        "label": str(Case.Review(case.review).label),
        "role": task.role,
        "url": f"{reverse('task', args=[task.pk])}#{case.key}",
    }
