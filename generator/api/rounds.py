"""Rounds with something in mind: a changed requirement, cases written anew, and how good the cases are."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Body, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from core.api.auth import PerUser, SignedInRequest
from core.api.problems import Conflict
from core.api.schemas import reads, writes
from core.validation import Input, InvalidInput, Line, Text
from generator import rounds
from generator.api.bodies import REVISION_OPENAPI, revision_of
from generator.api.cases import ONE
from generator.api.lookup import EditableTask, PresentKey, TaskInPath, case_number
from generator.api.schemas import TaskFacts
from generator.case_inputs import LARGEST_INTEGER
from generator.changes import preview
from generator.inputs import INSTRUCTION_LIMIT
from generator.models import CaseRequest, Task
from generator.models.cases import CASE_KEY
from generator.payloads import task_payload
from generator.quality import quality_of

router = Router(tags=["rounds"])
KEYS_LIMIT = 1_000


class Wish(Input):
    """What is to be done about a case; "" leaves it to the engine."""

    instruction: Annotated[Text, Field(max_length=INSTRUCTION_LIMIT)] = ""


NO_WISH: Any = Body(Wish())  # type: ignore[type-arg]
"""Of whoever sends no body at all."""


class Selection(Wish):
    keys: Annotated[list[Line], Field(min_length=1, max_length=KEYS_LIMIT)]


class ChangedItem(BaseModel):
    key: str
    before: str
    after: str
    cases: Annotated[int, Field(description="How many of its cases will want another look.")]


class AddedItem(BaseModel):
    text: str
    quote: str


class RemovedItem(BaseModel):
    key: str
    text: str
    cases: int


class Preview(BaseModel):
    unchanged: int
    changed: list[ChangedItem]
    added: list[AddedItem]
    removed: list[RemovedItem]
    calls: Annotated[int, Field(description="Model calls, without the review's one for what is missing.")]
    input_tokens: int
    output_tokens: int
    cost: Annotated[float | None, Field(description="Null without a price, and for the rules engine.")]


class Boundaries(BaseModel):
    found: int
    covered: int


class Quality(BaseModel):
    items: int
    cases: int
    coverage: float | None
    uncovered: list[str]
    duplicates: Annotated[int, Field(description="That still stand.")]
    merged: int
    boundaries: Boundaries
    techniques: dict[str, Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]]
    negative_share: float | None
    unverifiable: int
    outdated: int
    accepted: int
    edited: int


@router.post(
    "/tasks/{uuid:task_id}/revise",
    response=writes(202, TaskFacts, 400, 404, 409, 413, 415, 422),
    summary="Change the requirement",
    openapi_extra=REVISION_OPENAPI,
)
def revise_task(request: SignedInRequest, task: EditableTask) -> Status[dict[str, Any]]:
    """A new round for what changed. The body is the whole new requirement.

    Cases of unchanged items stay as they are, changed and new items are generated, cases of removed items
    become obsolete. A changed item keeps its key; its former cases are flagged `outdated` until the new ones
    are there, and those that somebody wrote, edited or accepted stay, as drafts.
    """
    try:
        rounds.revise_task(task, request.user, revision_of(request, task))
    except rounds.TaskIsOpen as is_open:
        raise _still_open() from is_open
    return _accepted(task)


@router.post(
    "/tasks/{uuid:task_id}/revise/preview",
    response=writes(200, Preview, 400, 404, 413, 415, 422),
    summary="What a changed requirement would come to",
    throttle=[PerUser("estimate")],
    openapi_extra=REVISION_OPENAPI,
)
def preview_revision(request: SignedInRequest, task: EditableTask) -> dict[str, Any]:
    """Same body as `revise`; asks no model and stores nothing."""
    return preview(task, revision_of(request, task))


@router.post(
    f"{ONE}/regenerate",
    response=writes(202, TaskFacts, 400, 404, 409, 415, 422),
    summary="Write a case anew",
)
def regenerate_case(
    request: SignedInRequest, task: EditableTask, key: PresentKey, body: Wish = NO_WISH
) -> Status[dict[str, Any]]:
    """A new round for this case. It keeps its key; its history keeps what it was.

    Whoever changes it meanwhile keeps their text: the new one becomes a case beside it.
    """
    kind = CaseRequest.Kind.REGENERATE
    return _requested(request, task, kind, [key], body.instruction)


@router.post(
    f"{ONE}/more",
    response=writes(202, TaskFacts, 400, 404, 409, 415, 422),
    summary="Write more cases like this one",
)
def add_like_case(
    request: SignedInRequest, task: EditableTask, key: PresentKey, body: Wish = NO_WISH
) -> Status[dict[str, Any]]:
    """A new round that adds cases for the same items."""
    return _requested(request, task, CaseRequest.Kind.MORE, [key], body.instruction)


@router.post(
    "/tasks/{uuid:task_id}/regenerate",
    response=writes(202, TaskFacts, 400, 404, 409, 415, 422),
    summary="Write several cases anew",
)
def regenerate_cases(request: SignedInRequest, task: EditableTask, body: Selection) -> Status[dict[str, Any]]:
    """One round, one call for each case. Those that are merged or obsolete are left out."""
    if not all(CASE_KEY.fullmatch(key) for key in body.keys):
        raise InvalidInput({"keys": _("Give keys like TC-001.")})
    return _requested(request, task, CaseRequest.Kind.REGENERATE, body.keys, body.instruction)


@router.get("/tasks/{uuid:task_id}/quality", response=reads(Quality, 404), summary="How good the cases are")
def get_quality(request: SignedInRequest, task: TaskInPath) -> dict[str, Any]:
    return quality_of(task)


def _requested(
    request: SignedInRequest, task: Task, kind: CaseRequest.Kind, keys: list[str], instruction: str
) -> Status[dict[str, Any]]:
    try:
        rounds.request_cases(task, request.user, kind, [case_number(key) for key in keys], instruction)
    except rounds.TaskIsOpen as is_open:
        raise _still_open() from is_open
    except rounds.NoCaseStands as none:
        raise Conflict(_("Merged, obsolete and deleted cases are not written anew.")) from none
    return _accepted(task)


def _still_open() -> Conflict:
    return Conflict(_("The task is still running: wait for its end, or cancel it."))


def _accepted(task: Task) -> Status[dict[str, Any]]:
    task.refresh_from_db()
    return Status(202, task_payload(task))
