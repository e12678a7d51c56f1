"""Who hears of a task: its owner and everyone with whom it is shared, each with their own `role`.

Whoever shares a task locks its row. So an audience that is read behind the task's lock stays what it is until
the commit, and nobody hears a thing twice or misses one, however many tasks change in that transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from generator.models import Task, TaskCounts
from generator.models.tasks import Role, TaskQuerySet
from generator.payloads import task_payload
from realtime.events import Publisher

Audience = dict[UUID, Role]
"""Roles by user."""


def audience_of(task_ids: Iterable[UUID]) -> dict[UUID, Audience]:
    """The audiences of these tasks, deleted ones too, in one query."""
    return audiences(Task.objects.filter(pk__in=list(task_ids)))


def audiences(tasks: TaskQuerySet) -> dict[UUID, Audience]:
    """The audience of each of `tasks`, in the query that finds them."""
    found: defaultdict[UUID, Audience] = defaultdict(dict)
    rows = tasks.order_by().values_list("pk", "owner_id", "members__user_id", "members__role")
    for task_id, owner_id, member_id, role in rows:
        found[task_id][owner_id] = "owner"
        if role:
            found[task_id][member_id] = cast(Role, role)
    return found


def move_counts(publisher: Publisher, moved: Iterable[tuple[Audience, str | None, str | None]]) -> None:
    """Keep the counters of all who see these tasks, which went from one status to another.

    None stands for where a task is not seen: it came or went.
    """
    numbers = Counter((user_id, before, after) for audience, before, after in moved for user_id in audience)
    for (user_id, before, after), number in numbers.items():
        changes = {before: -number, after: number}
        publisher.add_up(TaskCounts, user_id, **{status: n for status, n in changes.items() if status})


def tell(publisher: Publisher, audience: Audience, kind: str, **payload: Any) -> None:
    """Tell the same to everyone."""
    for user_id in audience:
        publisher.tell(user_id, kind, **payload)


def tell_task(publisher: Publisher, audience: Audience, kind: str, task: Task) -> None:
    """Tell everyone what the task is now, with the role that it has for them."""
    payload = task_payload(task)
    for user_id, role in audience.items():
        publisher.tell(user_id, kind, task={**payload, "role": role})


def tell_deleted(publisher: Publisher, audience: Audience, task: Task) -> None:
    tell(publisher, audience, "task.deleted", id=str(task.pk))


def tell_updated(publisher: Publisher, *tasks: Task) -> None:
    """Tell whoever sees the tasks what they are now. Nobody sees a deleted one."""
    visible: Sequence[Task] = [task for task in tasks if task.deleted_at is None]
    found = audience_of(task.pk for task in visible) if visible else {}
    for task in visible:
        tell_task(publisher, found[task.pk], "task.updated", task)
