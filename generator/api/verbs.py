"""What can be asked of tasks: cancel, retry, restore, and all of these for many at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from core.api.auth import SignedInRequest
from core.api.problems import Conflict
from core.api.schemas import writes
from core.validation import InvalidInput
from generator import bulk, services
from generator.api.lookup import EditableTask, choices_of, matching
from generator.api.schemas import Bulk, Matched, TaskFacts
from generator.models import Task
from generator.payloads import task_payload

router = Router(tags=["tasks"])


@router.post(
    "/tasks/bulk", response=writes(202, Matched, 400, 415, 422), summary="Do something to many tasks"
)
def change_tasks(request: SignedInRequest, body: Bulk) -> Status[dict[str, Any]]:
    """Everything that matches and is yours to change, not one page of it.

    Tasks that the action does not fit stay as they are. What others shared with you is never deleted.
    """
    if (body.filter is None) == (body.ids is None):
        raise InvalidInput({"filter": _("Give either `filter` or `ids`.")})
    tasks = bulk.within_reach(body.action, request.user)
    if body.filter is None:
        tasks = [part.filter(pk__in=body.ids or []) for part in tasks]
    else:
        statuses = choices_of("filter.status", body.filter.status, Task.Status.values)
        tasks = [matching(part, statuses, body.filter.q) for part in tasks]
    return Status(202, {"matched": bulk.apply(body.action, tasks, request.user)})


@router.post(
    "/tasks/{uuid:task_id}/cancel", response=writes(202, TaskFacts, 404, 409), summary="Cancel a task"
)
def cancel_task(request: SignedInRequest, task: EditableTask) -> Status[dict[str, Any]]:
    """Its finished cases stay."""
    if not services.cancel_task(task, request.user):
        raise Conflict(_("The task has ended already."))
    return _accepted(task)


@router.post("/tasks/{uuid:task_id}/retry", response=writes(202, TaskFacts, 404, 409), summary="Retry a task")
def retry_task(request: SignedInRequest, task: EditableTask) -> Status[dict[str, Any]]:
    """A new round for what is unfinished; the rest stays."""
    if not services.retry_task(task, request.user):
        raise Conflict(_("The task lacks nothing, or a worker has it already."))
    return _accepted(task)


@router.post(
    "/tasks/{uuid:task_id}/restore",
    response=writes(200, TaskFacts, 404, 409),
    summary="Restore a deleted task",
)
def restore_task(request: SignedInRequest, task_id: UUID) -> dict[str, Any]:
    """Within an hour of its deletion."""
    task = get_object_or_404(Task.objects.filter(owner=request.user), pk=task_id)
    if task.deleted_at is None:
        raise Conflict(_("The task is not deleted."))
    if not services.restore_task(task, request.user):
        raise Http404
    return task_payload(task)


def _accepted(task: Task) -> Status[dict[str, Any]]:
    task.refresh_from_db()
    return Status(202, task_payload(task))
