"""Rows for the benchmarks, made and watched beside the product by a process that knows its database.

`python -m bench.database`, with the product's environment, reads one JSON call a line, `[name, {arguments}]`,
and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.claiming import claim_all, make_ended  # noqa: E402 models want settings
from bench.requirement import SENTENCES, chapter, title  # noqa: E402
from bench.telling import tell_all, tell_each  # noqa: E402
from core.models import Token, User  # noqa: E402
from generator.choosing import engine_facts  # noqa: E402
from generator.models import Document, RequirementItem, Section, Task, TaskCounts  # noqa: E402

LOOK_SECONDS = 0.02


def make_users(count: int) -> list[tuple[str, str]]:
    """Names and tokens of `count` fresh users."""
    with transaction.atomic():
        first = User.objects.count()
        users = [User.objects.create(username=f"user-{first + number}") for number in range(count)]
        return [(user.username, Token.issue(user, "bench")[1]) for user in users]


def seed(users: list[str], tokens: list[int], analysed: bool, sections: int) -> list[str]:
    """Pending tasks of so many `sections`, one for each number of `tokens` in its answer; the tasks' ids.

    They are spread over `users` and appear at once. A section has three items. `analysed` ones have passed
    that stage.
    """
    owners = list(User.objects.filter(username__in=users))
    parts = [tokens[first : first + sections] for first in range(0, len(tokens), sections)]
    tasks = [
        Task(
            owner=owners[number % len(owners)],
            title=title(number, counts[0]),
            requirement="\n\n".join(
                chapter(number * sections + place, count) for place, count in enumerate(counts)
            ),
            created_at=timezone.now() + timedelta(microseconds=number),
            **engine_facts(""),
        )
        for number, counts in enumerate(parts)
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
    sections = [section for task in tasks for section in _sections(task)]
    Section.objects.bulk_create(sections, batch_size=500)
    items = (_item(section, number) for section in sections for number in range(len(SENTENCES)))
    RequirementItem.objects.bulk_create(items, batch_size=500)
    for task in tasks:
        Task.objects.filter(pk=task.pk).update(sections_total=task.requirement.count("# "))


def _sections(task: Task) -> Iterator[Section]:
    start = 0
    for place, text in enumerate(task.requirement.split("\n\n# ")):
        heading = text.partition("\n")[0].removeprefix("# ")
        end = start + len(text)
        yield Section(task=task, position=place, title=heading, document=0, start=start, end=end)
        start = end + len("\n\n# ")


def _item(section: Section, number: int) -> RequirementItem:
    quote = SENTENCES[number]
    start = section.task.requirement.index(quote, section.start)
    return RequirementItem(
        task=section.task,
        section=section,
        number=section.position * len(SENTENCES) + number + 1,
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


CALLS = {
    call.__name__: call
    for call in (make_users, seed, await_ended, ended, make_ended, claim_all, tell_all, tell_each)
}


def main() -> None:
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(CALLS[name](**arguments)), flush=True)


if __name__ == "__main__":
    main()
