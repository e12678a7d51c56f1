"""A mind map of cases as topics: the task, its sections, their cases, and what each says as its children.

A case's marker is its priority, its labels are its other facts. So testers draw cases, and tools that
read their maps (xmind2testcase and its kin) find priority, steps and expected results where they look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from generator.exports.contents import Contents, plain
from generator.models import Case

PRIORITIES = {"P0": "priority-1", "P1": "priority-2", "P2": "priority-3", "P3": "priority-4"}


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    title: str
    children: Sequence[Topic] = ()
    markers: Sequence[str] = ()
    labels: Sequence[str] = ()


def map_of(contents: Contents) -> Topic:
    """The root's id is the task's, a case's is its key and rev: XMind keeps them whatever is edited."""
    sections = []
    for number, (title, cases) in enumerate(groupby(contents.cases, key=lambda case: case["section"]), 1):
        topics = tuple(case_topic(case) for case in cases)
        sections.append(Topic(f"section-{number}", plain(title) or _("Other cases"), topics))
    return Topic(contents.task["id"], plain(contents.task["title"]), sections)


def case_topic(case: dict[str, Any]) -> Topic:
    topic = Topic(
        f"{case['key']}.{case['rev']}",
        plain(case["title"]),
        (*_facts(case), *_steps(case["steps"])),
        [PRIORITIES[case["priority"]]],
        [plain(label) for label in _labels(case)],
    )
    return replace(topic, children=_with_ids(topic))


def _facts(case: dict[str, Any]) -> list[Topic]:
    texts = {
        preconditions_title(): case["preconditions"],
        data_title(): [case["data"]] if case["data"] else [],
    }
    return [
        Topic("", title, [Topic("", plain(text)) for text in lines])
        for title, lines in texts.items()
        if lines
    ]


def _steps(steps: list[dict[str, str]]) -> list[Topic]:
    return [
        Topic("", plain(step["action"]), [Topic("", plain(step["expected"]))] if step["expected"] else ())
        for step in steps
    ]


def _labels(case: dict[str, Any]) -> list[str]:
    return [
        case["key"],
        str(Case.Type(case["type"]).label),
        str(Case.Technique(case["technique"]).label),
        str(Case.Polarity(case["polarity"]).label),
        str(Case.Review(case["review"]).label),
        *case["requirements"],
        *case["tags"],
    ]


def _with_ids(topic: Topic) -> tuple[Topic, ...]:
    """Its children, each with an id of its own beneath the topic's."""
    named = [replace(child, id=f"{topic.id}.{number}") for number, child in enumerate(topic.children, 1)]
    return tuple(replace(child, children=_with_ids(child)) for child in named)


def preconditions_title() -> str:
    return _("Preconditions")


def data_title() -> str:
    return _("Data")
