"""Working with many cases on pages: review, tag, move and delete them; those that were deleted."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from pydantic import TypeAdapter, ValidationError

from core.http import PersonRequest
from core.validation import InvalidInput, messages_of
from generator import selection
from generator.case_inputs import Tags
from generator.case_texts import SEPARATED
from generator.models import Task
from generator.models.cases import CASE_KEY
from generator.sharing import find_task

DELETED_SHOWN = 100
ACTIONS = {name: name for name in get_args(selection.Action) if name != "restore"}
TAGS = TypeAdapter[list[str]](Tags)


@login_required
@require_safe
def deleted(request: PersonRequest, task: UUID) -> HttpResponse:
    """Deleted cases, each to be restored."""
    found = find_task(request, task, "edit")
    cases = found.cases.exclude(deleted_at=None).order_by("-deleted_at")[:DELETED_SHOWN]
    return render(request, "generator/deleted_cases.html", {"task": found, "cases": cases})


@login_required
@require_POST
def change_many(request: PersonRequest, task: UUID) -> HttpResponse:
    """Do something to the picked cases, or to one by its own button."""
    found = find_task(request, task, "edit")
    given = request.POST
    alone = next((name for name in ("accept", "reject") if name in given), "")
    action: selection.Action | None = ACTIONS.get(alone or given.get("action", ""))
    keys = [given[alone]] if alone else given.getlist("keys")
    if action is None:
        raise Http404
    picks = [selection.Pick(int(match[1])) for key in keys if (match := CASE_KEY.fullmatch(key))]
    section = given.get("section") if action == "move" else None
    try:
        done = selection.act(found, request.user, selection.Wish(action, _tags(request), section), picks)
    except InvalidInput as invalid:
        messages.error(request, " ".join(invalid.errors.values()))
        return answer(request, found)
    number = len(done.changed)
    messages.success(request, ngettext("%(n)d case changed.", "%(n)d cases changed.", number) % {"n": number})
    return answer(request, found)


def _tags(request: PersonRequest) -> list[str]:
    """Raise `InvalidInput`."""
    parts = SEPARATED["tags"].split(request.POST.get("tags", ""))
    try:
        return TAGS.validate_python([part for part in parts if part.strip()])
    except ValidationError as error:
        raise InvalidInput(messages_of(error.errors())) from error


def answer(request: PersonRequest, task: Task) -> HttpResponse:
    return render(request, "core/_messages.html") if request.htmx else redirect("task", task.pk)
