"""The task page's files: what can be exported, importing, and the published schema of the JSON export."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from pydantic import BaseModel, Field

from core.http import PersonRequest
from core.validation import InvalidInput
from generator.api.exchange import uploaded
from generator.api.schemas import CaseFacts, DocumentFacts, ItemFacts, TaskFacts
from generator.documents.judging import clean_name
from generator.exports import FORMATS
from generator.exports.json_file import schema_url
from generator.imports import Outcome, import_cases, read_file
from generator.sharing import find_task

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TOLD_PROBLEMS = 5


class ExportFile(BaseModel):
    """The cases of a Caseloom task with what they were made from: the JSON export."""

    schema_: str = Field(alias="$schema")
    task: TaskFacts
    documents: list[DocumentFacts]
    items: list[ItemFacts]
    cases: list[CaseFacts]


def menu() -> list[dict[str, Any]]:
    return [{"name": name, "label": kind.label} for name, kind in FORMATS.items()]


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """Open to all: editors and validators fetch it by the address in the file."""
    whole = {"$schema": DIALECT, "$id": schema_url(), **ExportFile.model_json_schema(mode="serialization")}
    return JsonResponse(whole, content_type="application/schema+json")


@login_required
@require_POST
def bring_in(request: PersonRequest, task: UUID) -> HttpResponse:
    """Import a file of cases. The page hears of each by its events; what came of it all is told in toasts."""
    found = find_task(request, task, "edit")
    status = HTTPStatus.OK
    try:
        file = uploaded(request)
        outcome = import_cases(found, request.user, clean_name(file.name or ""), read_file(file))
    except InvalidInput as invalid:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        messages.error(request, " ".join(invalid.errors.values()))
    else:
        _tell(request, outcome)
    return (
        render(request, "core/_messages.html", status=status) if request.htmx else redirect("task", found.pk)
    )


def _tell(request: PersonRequest, outcome: Outcome) -> None:
    numbers = {"created": outcome.created, "updated": outcome.updated, "unchanged": outcome.unchanged}
    told = _("Imported: %(created)s new, %(updated)s changed, %(unchanged)s as they were.") % numbers
    messages.success(request, told)
    for problem in outcome.problems[:TOLD_PROBLEMS]:
        messages.warning(request, problem["message"])
    more = len(outcome.problems) - TOLD_PROBLEMS
    if more > 0:
        words = ngettext("%(n)d more problem.", "%(n)d more problems.", more)
        messages.warning(request, words % {"n": more})
