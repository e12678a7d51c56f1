"""Tasks: request, list, read, rename, delete."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Header, Query, Router
from ninja.responses import Status
from pydantic import Field

from core.api.auth import PerUser, SignedInRequest
from core.api.problems import Conflict
from core.api.schemas import reads, writes
from core.pagination import PageQuery, page_of
from core.validation import InvalidInput, Line
from generator import services
from generator.api.bodies import OPENAPI, request_of
from generator.api.lookup import EditableTask, OwnTask, TaskInPath, choices_of, matching
from generator.api.schemas import TaskFacts, TaskList, TaskPatch, TaskWhole
from generator.models import Task, TaskCounts
from generator.payloads import Queue, task_payload, task_whole_payload

router = Router(tags=["tasks"])

SORTS = ["-created_at", "created_at", "title", "-title", "status", "-status", "cases_count", "-cases_count"]
KEY_LIMIT = 255


class TaskQuery(PageQuery):
    status: Annotated[str, Field(description="Statuses, separated by commas.")] = ""
    q: Annotated[Line, Field(max_length=200, description="Text in the title or the requirement.")] = ""
    sort: Annotated[str, Field(json_schema_extra={"enum": SORTS})] = "-created_at"


@router.post(
    "/tasks",
    response=writes(202, TaskFacts, 400, 409, 413, 415, 422),
    summary="Request a task",
    throttle=[PerUser("tasks")],
    openapi_extra=OPENAPI,
)
def request_task(
    request: SignedInRequest,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = "",
) -> Status[dict[str, Any]]:
    """Answers before any model is asked; the worker does the rest.

    A `requirement`, up to 10 `files` (multipart), or both. The same `Idempotency-Key` gives the same task.
    """
    clean = request_of(request)
    try:
        task = services.request_task(request.user, **clean.facts, idempotency_key=_valid_key(idempotency_key))
    except services.IdempotencyConflict as conflict:
        raise Conflict(_("This Idempotency-Key came with a different body before.")) from conflict
    return Status(202, task_payload(task))


def _valid_key(key: str) -> str:
    if len(key) > KEY_LIMIT or not all("!" <= character <= "~" for character in key):
        raise InvalidInput({"Idempotency-Key": _("Use at most 255 visible ASCII characters.")})
    return key


@router.get("/tasks", response=reads(TaskList, 422), summary="List tasks")
def list_tasks(request: SignedInRequest, query: Query[TaskQuery]) -> dict[str, Any]:
    """Your own and those shared with you. `counts` are all of them by status, whatever the filters."""
    if query.sort not in SORTS:
        raise InvalidInput({"sort": _("Choose from: %(known)s.") % {"known": ", ".join(SORTS)}})
    statuses = choices_of("status", query.status, Task.Status.values)
    counts = TaskCounts.of(request.user)
    known = None if query.q else sum(counts[status] for status in statuses or Task.Status.values)
    listed = Task.objects.select_related("owner").parts_for(request.user)
    tasks = [matching(part, statuses, query.q) for part in listed]
    tie_break = "-id" if query.sort.startswith("-") else "id"
    parts = [part.none() for part in tasks] if known == 0 else tasks
    page = page_of(parts, [query.sort, tie_break], query, total=known)
    queue = Queue.of(page.rows)
    return page.listing(lambda task: task_payload(task, queue=queue), counts=counts)


@router.get("/tasks/{uuid:task_id}", response=reads(TaskWhole, 404), summary="Read a task")
def get_task(request: SignedInRequest, task: TaskInPath) -> dict[str, Any]:
    return task_whole_payload(task)


@router.patch(
    "/tasks/{uuid:task_id}", response=writes(200, TaskFacts, 400, 404, 415, 422), summary="Rename a task"
)
def rename_task(request: SignedInRequest, task: EditableTask, body: TaskPatch) -> dict[str, Any]:
    services.rename_task(task, request.user, body.title)
    return task_payload(task)


@router.delete("/tasks/{uuid:task_id}", response=writes(204, None, 404), summary="Delete a task")
def delete_task(request: SignedInRequest, task: OwnTask) -> Status[None]:
    """Stops it if it runs and hides it at once; within an hour `restore` brings it back."""
    services.delete_task(task, request.user)
    return Status(204, None)
