"""Somebody is deleted, and all their tasks with them: what others saw of these must not stay behind."""

from __future__ import annotations

from typing import Any

from core.models import User
from generator.audience import audience_of, move_counts, tell_deleted
from generator.models import Task
from generator.models.tasks import TaskQuerySet
from realtime.chat.members import leave_all_rooms
from realtime.chat.models import Room
from realtime.chat.rooms import drop_task_room
from realtime.events import Publisher, publishing


def user_goes(instance: User, **kwargs: Any) -> None:
    """Before the rows go. One receiver for tasks and rooms: everywhere tasks are locked before rooms."""
    own = Task.objects.filter(owner=instance)
    with publishing() as publisher:
        _take_away(publisher, own)
        leave_all_rooms(publisher, instance)
        discussed = own.filter(pk__in=Room.objects.exclude(task_id=None).values("task_id"))
        for task_id in discussed.order_by("pk").values_list("pk", flat=True):
            drop_task_room(publisher, task_id)


def _take_away(publisher: Publisher, own: TaskQuerySet) -> None:
    """Tell those who share these tasks that they are gone."""
    tasks = list(own.visible().only("owner_id", "status").order_by("pk").select_for_update())
    audiences = audience_of(task.pk for task in tasks)
    for task in tasks:
        others = {user_id: role for user_id, role in audiences[task.pk].items() if user_id != task.owner_id}
        move_counts(publisher, [(others, task.status, None)])
        tell_deleted(publisher, others, task)
