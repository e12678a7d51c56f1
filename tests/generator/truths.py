"""What must hold in the database after every transaction, whoever made it and whatever crashed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum

from generator.audience import audience_of
from generator.models import Case, Task, TaskCounts, TimelineEntry
from realtime.models import Event, Notification, Stream

ENDINGS = {"completed", "failed", "cancelled"}
TOLD_AN_END = {"notification.created", "notification.updated"}


def assert_truths() -> None:
    """Every truth of this module, one query or two each."""
    tasks = list(Task.objects.all())
    stories = told_stories()
    for task in tasks:
        assert_state_fits(task)
        assert_story_fits(task, stories[task.pk])
    assert_counters_count(tasks)
    assert_streams_have_no_gap()
    assert_cases_are_numbered(tasks)
    assert_each_end_was_noted_once(tasks, stories)


def assert_state_fits(task: Task) -> None:
    running = task.status == Task.Status.RUNNING
    assert running == (task.lease_expires_at is not None), task.status
    assert running or task.worker_id is None, task.status
    assert (task.finished_at is not None) == (task.status in Task.ENDED), task.status
    assert bool(task.error_code) == (task.status == Task.Status.FAILED), (task.status, task.error_code)
    assert task.status != Task.Status.COMPLETED or task.progress == 100
    assert task.is_open or task.cancel_requested_at is None


def told_stories() -> defaultdict[Any, list[str]]:
    """The kinds of each task's timeline entries, in the order of their writing."""
    stories: defaultdict[Any, list[str]] = defaultdict(list)
    for task_id, kind in TimelineEntry.objects.order_by("id").values_list("task_id", "kind"):
        stories[task_id].append(kind)
    return stories


def assert_story_fits(task: Task, story: list[str]) -> None:
    """Each round has one end, each claim one way out, and an attempt that was given back did not count."""
    told = Counter(story)
    ends = sum(told[kind] for kind in ENDINGS)
    assert ends == task.round - 1 + (not task.is_open), story
    assert told["retried"] == task.round - 1, story
    assert told["claimed"] == task.lease_no, story
    assert holders(story) == (task.status == Task.Status.RUNNING), story
    this_round = story[len(story) - 1 - story[::-1].index("retried") :] if "retried" in story else story
    assert this_round.count("claimed") - this_round.count("released") == task.attempt, story


def holders(story: list[str]) -> int:
    """How many leases hold the task when its story is told to the end: never more than one."""
    held = 0
    for kind in story:
        if kind == "claimed":
            held += 1
        elif kind in {"released", "rescued"}:
            held -= 1
        elif kind in ENDINGS:
            held = 0  # a pending task's cancel ends it without a holder
        assert held in (0, 1), story
    return held


def assert_counters_count(tasks: list[Task]) -> None:
    counted = {row.owner_id: row for row in TaskCounts.objects.all()}
    seen_by = audience_of(task.pk for task in tasks)
    visible = [task for task in tasks if task.deleted_at is None]
    real = Counter((user_id, task.status) for task in visible for user_id in seen_by[task.pk])
    for user_id in {user_id for audience in seen_by.values() for user_id in audience}:
        for status in Task.Status.values:
            assert getattr(counted[user_id], status) == real[user_id, status], (user_id, status)
    running = Counter(task.owner_id for task in tasks if task.status == Task.Status.RUNNING)
    assert max(running.values(), default=0) <= settings.TASKS_PER_USER, running


def assert_streams_have_no_gap() -> None:
    numbers = defaultdict(list)
    for user_id, seq in Event.objects.order_by("seq").values_list("user_id", "seq"):
        numbers[user_id].append(seq)
    for user_id, seq in Stream.objects.values_list("user_id", "seq"):
        assert numbers[user_id] == list(range(1, seq + 1)), numbers[user_id]


def assert_cases_are_numbered(tasks: list[Task]) -> None:
    numbers = defaultdict(list)
    for task_id, number in Case.objects.order_by("number").values_list("task_id", "number"):
        numbers[task_id].append(number)
    for task in tasks:
        assert numbers[task.pk] == list(range(1, task.cases_count + 1)), (task.pk, numbers[task.pk])


def assert_each_end_was_noted_once(tasks: list[Task], stories: dict[Any, list[str]]) -> None:
    """As many notes as the owner was told of, and never more than there were ends."""
    noted = notes()
    frames = [json.loads(frame) for frame in Event.objects.values_list("frame", flat=True)]
    notified = [frame["notification"] for frame in frames if frame["type"] in TOLD_AN_END]
    told = Counter(note["url"] for note in notified if note["kind"].startswith("task."))
    for task in tasks:
        ends = sum(kind in ENDINGS for kind in stories[task.pk])
        assert noted[task.pk] == told[f"/tasks/{task.pk}/"] <= ends, stories[task.pk]
        if task.deleted_at is None and "deleted" not in stories[task.pk]:
            assert noted[task.pk] == ends, stories[task.pk]


def notes() -> Counter[Any]:
    """How often somebody was notified of each task."""
    rows = Notification.objects.values("subject").annotate(times=Sum("count"), rows=Count("pk"))
    subjects = {row["subject"]: row["times"] for row in rows}
    return Counter({pk: subjects.get(f"task:{pk}", 0) for pk in Task.objects.values_list("pk", flat=True)})


def everything() -> list[Any]:
    """All that a transition could change, to compare before and after."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Task, Case, TimelineEntry, TaskCounts, Notification, Stream)
    ] + [Event.objects.count()]
