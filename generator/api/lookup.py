"""Finding what a caller may see; what they may not is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path
from ninja.errors import HttpError
from pydantic import AfterValidator, PlainValidator, ValidationInfo

from core.validation import InvalidInput
from generator.models import Task
from generator.models.cases import CASE_KEY, CaseQuerySet
from generator.models.tasks import TaskQuerySet


def _visible_task(task_id: UUID, info: ValidationInfo) -> Task:
    """The task, if the caller may see it. Raise `Http404`."""
    assert info.context, "ninja gives the request"
    user = info.context["request"].user
    return get_object_or_404(Task.objects.visible_to(user).select_related("owner"), pk=task_id)


def _editable_task(task_id: UUID, info: ValidationInfo) -> Task:
    """Raise `Http404`, or `HttpError` 403 for whoever may only look."""
    task = _visible_task(task_id, info)
    if task.role == "view":
        raise HttpError(403, _("You may look at this task, not change it."))
    return task


def _own_task(task_id: UUID, info: ValidationInfo) -> Task:
    """Raise `Http404`, or `HttpError` 403 for members."""
    task = _visible_task(task_id, info)
    if task.role != "owner":
        raise HttpError(403, _("Only the task's owner may do that."))
    return task


def _key_among(cases: Callable[[Task], CaseQuerySet]) -> AfterValidator:
    def find(key: str, info: ValidationInfo) -> str:
        if not cases(info.data["task"]).filter(number=case_number(key)).exists():
            raise Http404
        return key

    return AfterValidator(find)


TaskInPath = Annotated[
    Task, PlainValidator(_visible_task, json_schema_input_type=UUID), Path(..., alias="task_id")
]
"""The task at `{uuid:task_id}`. Ninja checks the path first: who may not see the task is told that alone."""
EditableTask = Annotated[
    Task, PlainValidator(_editable_task, json_schema_input_type=UUID), Path(..., alias="task_id")
]
OwnTask = Annotated[Task, PlainValidator(_own_task, json_schema_input_type=UUID), Path(..., alias="task_id")]
"""The same for whoever may change it, and for its owner."""
PresentKey = Annotated[str, _key_among(lambda task: task.cases.present())]
KeptKey = Annotated[str, _key_among(lambda task: task.cases.all())]
"""Of a case that may be deleted."""


def case_number(key: str) -> int:
    """The number in a key like `TC-001`. Raise `Http404` for anything else."""
    match = CASE_KEY.fullmatch(key)
    if match is None:
        raise Http404
    return int(match[1])


def choices_of(field: str, text: str, known: Iterable[str]) -> list[str]:
    """The values of a comma-separated filter. Raise `InvalidInput` for unknown ones."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    known = list(known)
    if not set(wanted) <= set(known):
        raise InvalidInput({field: _("Choose from: %(known)s.") % {"known": ", ".join(known)}})
    return wanted


def matching(tasks: TaskQuerySet, statuses: list[str], text: str) -> TaskQuerySet:
    """Those of `tasks` with one of `statuses` and with `text` in them; nothing given means all."""
    chosen = tasks.filter(status__in=statuses) if statuses else tasks
    return chosen.matching(text) if text else chosen
