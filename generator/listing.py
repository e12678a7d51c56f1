"""Tasks and cases as pages show them: payloads with words, in as few queries for a thousand as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from django.db.models import F, Prefetch, Sum
from django.template.loader import render_to_string
from django.utils.translation import get_language

from core.models import User
from generator.arranging import PLACE
from generator.models import Case, RequirementItem, Task
from generator.payloads import Payload, Queue, case_payload, task_payload
from generator.words import FLAGS, case_headings, case_labels, said_of_task

BLANK_ID = UUID(int=0)
"""Stands for a task's id in the `<template>`s that modules make tasks of."""
BLANK_KEY = "TC-000"
"""The same for a case's key: the first is TC-001."""
KEPT = 16
"""Rendered lists of cases in memory: one of a thousand cases has 2 MB."""


def shown(tasks: Sequence[Task]) -> list[Payload]:
    """Tasks as `generator/_task.html` takes them."""
    queue = Queue.of(tasks)
    return [said_of_task(task_payload(task, queue=queue)) for task in tasks]


def blank_task() -> Payload:
    return shown([Task(pk=BLANK_ID, owner=User(), status=Task.Status.COMPLETED)])[0]


def blank_case() -> Payload:
    lists = {name: [""] for name in ("flag_labels", "preconditions", "requirements", "tags")}
    return {"key": BLANK_KEY, "title": "", **lists, "steps": [{}]}


def titles_of(task: Task) -> list[str]:
    """Of the sections that cases can be moved to."""
    titles = task.sections.current().order_by("position").values_list("title", flat=True)
    return list(dict.fromkeys(titles))


def rendered_cases(task: Task, task_url: str = "") -> str:
    """The task's cases as HTML; items link to their sentences on the page at `task_url`.

    Templates take longest for what changes least, so each process keeps the latest few: a case's every change
    raises its `rev`.
    """
    facts = task.cases.aggregate(Sum("rev"))
    return _rendered(task.pk, task_url, (get_language(), task.round, task.revision, *facts.values()))


@lru_cache(maxsize=KEPT)
def _rendered(task_id: UUID, task_url: str, _version: tuple[object, ...]) -> str:
    context = {"groups": _groups_of(task_id), "label": case_headings(), "task_url": task_url}
    return render_to_string("generator/_groups.html", context)


def _groups_of(task_id: UUID) -> list[Payload]:
    """Cases by section, in the order of the source; sections of one title are one group, as live."""
    labels = case_labels()
    numbers = Prefetch("items", RequirementItem.objects.only("number"))
    cases = Case.objects.filter(task=task_id).present().prefetch_related("section", "merged_into", numbers)
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases.order_by(F("section__position").asc(nulls_last=True)):
        groups[case.section.title if case.section else ""].append(case)
    return [
        {"title": title, "cases": [_shown_case(case, labels) for case in sorted(group, key=PLACE)]}
        for title, group in groups.items()
    ]


def _shown_case(case: Case, labels: dict[str, dict[str, str]]) -> Payload:
    payload = case_payload(case)
    said = {f"{field}_label": words[payload[field]] for field, words in labels.items()}
    return payload | said | {"flag_labels": [FLAGS.get(flag, flag) for flag in case.flags]}
