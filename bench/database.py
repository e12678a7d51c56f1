"""Rows for the benchmarks, made and watched beside the product by a process that knows its database.

`python -m bench.database`, with the product's environment, reads one JSON call a line, `[name, {arguments}]`,
and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.claiming import claim_all, make_ended  # noqa: E402 models want settings
from bench.requirement import SENTENCES, chapter, title  # noqa: E402
from core.models import Token, User  # noqa: E402
from generator.models import Document, RequirementItem, Section, Task, TaskCounts  # noqa: E402
from generator.services import chosen_engine  # noqa: E402

LOOK_SECONDS = 0.02


def make_users(count: int) -> list[tuple[str, str]]:
    """Names and tokens of `count` fresh users."""
    with transaction.atomic():
        first = User.objects.count()
        users = [User.objects.create(username=f"user-{first + number}") for number in range(count)]
        return [(user.username, Token.issue(user, "bench")[1]) for user in users]


def seed(users: list[str], tokens: list[int], analysed: bool) -> list[str]:
    """One pending task a number in `tokens`, spread over `users`; all appear at once. The tasks' ids.

    Each has one section, whose answer takes that many tokens, and three items. `analysed` ones have passed
    that stage.
    """
    owners = list(User.objects.filter(username__in=users))
    tasks = [
        Task(
            owner=owners[number % len(owners)],
            title=title(number, count),
            requirement=chapter(number, count),
            created_at=timezone.now() + timedelta(microseconds=number),
            **chosen_engine(),
        )
        for number, count in enumerate(tokens)
    ]
    with transaction.atomic():
        Task.objects.bulk_create(tasks, batch_size=500)
        Document.objects.bulk_create(map(_document, tasks), batch_size=500)
        if analysed:
            _analyse(tasks)
        for owner in owners:
            TaskCounts.objects.get_or_create(owner=owner)
            mine = sum(task.owner_id == owner.pk for task in tasks)
            TaskCounts.objects.filter(owner=owner).update(pending=F("pending") + mine)
    return [str(task.pk) for task in tasks]


def _document(task: Task) -> Document:
    text = task.requirement
    return Document(task=task, position=0, name="requirement.txt", size=len(text.encode()), text=text)


def _analyse(tasks: list[Task]) -> None:
    sections = Section.objects.bulk_create(
        [
            Section(task=task, position=0, title=task.title, document=0, start=0, end=len(task.requirement))
            for task in tasks
        ],
        batch_size=500,
    )
    RequirementItem.objects.bulk_create(
        [
            _item(task, section, number)
            for task, section in zip(tasks, sections, strict=True)
            for number in range(1, len(SENTENCES) + 1)
        ],
        batch_size=500,
    )
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(sections_total=1)


def _item(task: Task, section: Section, number: int) -> RequirementItem:
    quote = SENTENCES[number - 1]
    start = task.requirement.index(quote)
    return RequirementItem(
        task=task,
        section=section,
        number=number,
        document=0,
        start=start,
        end=start + len(quote),
        quote=quote,
        text=quote,
    )


def await_ended(seconds: float, after: float) -> float:
    """When every task was seen to have ended. Does not look before `after`."""
    time.sleep(max(0.0, after - time.monotonic()))
    deadline = time.monotonic() + seconds
    while Task.objects.filter(status__in=["pending", "running"]).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not all tasks ended within {seconds} s")
        time.sleep(LOOK_SECONDS)
    return time.monotonic()


def ended(ids: list[str]) -> list[dict[str, Any]]:
    """How each task ended."""
    facts = "id status attempt cases_count error_message".split()
    return [{**row, "id": str(row["id"])} for row in Task.objects.filter(pk__in=ids).values(*facts)]


CALLS = {call.__name__: call for call in (make_users, seed, await_ended, ended, make_ended, claim_all)}


def main() -> None:
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(CALLS[name](**arguments)), flush=True)


if __name__ == "__main__":
    main()
