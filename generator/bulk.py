"""One action for many tasks: everything that matches, in transactions small enough to share the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal
from uuid import UUID

from core.deadlocks import repeated
from core.models import User
from generator.models import Task
from generator.models.tasks import TaskQuerySet
from generator.services import hide_task, ring_worker
from generator.transitions import begin_round, request_cancel
from generator.turns import let_others_write
from realtime.events import Publisher, publishing

Action = Literal["cancel", "retry", "delete"]

ACTIONS: dict[Action, Callable[[Publisher, Task, User], object]] = {
    "cancel": request_cancel,
    "retry": begin_round,
    "delete": hide_task,
}
BATCH = 100


def within_reach(action: Action, user: User) -> list[TaskQuerySet]:
    """The tasks to which `user` may do `action`, in parts without a task in common."""
    if action == "delete":
        return [Task.objects.owned_by(user)]
    return Task.objects.editable_parts_for(user)


def apply(action: Action, parts: Sequence[TaskQuerySet], user: User) -> int:
    """Do `action` to each task of `parts`; how many matched, those that it does not fit included."""
    matched = [pk for part in parts for pk in part.order_by("created_at").values_list("pk", flat=True)]
    for first in range(0, len(matched), BATCH):
        if first:
            let_others_write()
        repeated(partial(_apply_together, action, matched[first : first + BATCH], user))
    return len(matched)


def _apply_together(action: Action, ids: Sequence[UUID], user: User) -> None:
    """All rows are locked before the first change, as a claim does, so neither blocks the other for good."""
    with publishing() as publisher:
        tasks = Task.objects.visible().filter(pk__in=ids).order_by("pk").select_for_update()
        for task in list(tasks):
            ACTIONS[action](publisher, task, user)
        ring_worker(cancel=action != "retry")
