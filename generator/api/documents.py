"""What a task read and what came of it: documents, coverage, timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from core.api.auth import SignedInRequest
from core.api.schemas import reads
from generator.api.lookup import TaskInPath
from generator.api.schemas import Coverage, Entry
from generator.payloads import coverage_payload
from generator.timeline import entry_payload

router = Router(tags=["tasks"])

TEXT = {"text/plain; charset=utf-8": {"schema": {"type": "string"}}}


@router.get(
    "/tasks/{uuid:task_id}/documents/{int:n}",
    response=reads(None, 404),
    summary="Read a document's text",
    openapi_extra={"responses": {200: {"content": TEXT}}},
)
def get_document(request: SignedInRequest, task: TaskInPath, n: int) -> HttpResponse:
    """The stored text of document `n`, counted from 0, exactly as spans count it."""
    document = get_object_or_404(task.documents.only("text"), position=n)
    return HttpResponse(document.text, content_type="text/plain; charset=utf-8")


@router.get("/tasks/{uuid:task_id}/coverage", response=reads(Coverage, 404), summary="Which items have cases")
def get_coverage(request: SignedInRequest, task: TaskInPath) -> dict[str, Any]:
    return coverage_payload(task)


@router.get("/tasks/{uuid:task_id}/events", response=reads(list[Entry], 404), summary="The task's timeline")
def list_events(request: SignedInRequest, task: TaskInPath) -> list[dict[str, Any]]:
    """Attempts, stages, rescues, retries, and who did what, in the reader's language."""
    return [entry_payload(entry) for entry in task.timeline.all()]
