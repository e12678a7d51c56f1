"""Cases: list, write, change, delete, and what they were before."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field

from core.api.auth import SignedInRequest
from core.api.problems import Conflict
from core.api.schemas import reads, writes
from core.pagination import PageQuery, page_of
from core.validation import InvalidInput, Line
from generator import editing
from generator.api.lookup import (
    EditableTask,
    KeptKey,
    PresentKey,
    TaskInPath,
    case_number,
    choices_of,
)
from generator.api.schemas import (
    CaseFacts,
    CaseHistory,
    CaseList,
    CaseMovedOn,
    Restore,
)
from generator.case_inputs import LARGEST_INTEGER, CaseInput, CasePatch
from generator.models import Case, CaseVersion
from generator.models.cases import CASE_KEY, CaseQuerySet
from generator.models.requirements import ITEM_KEY
from generator.payloads import case_payload

router = Router(tags=["cases"])

ONE = "/tasks/{uuid:task_id}/cases/{key}"
ORDER = ["place", "position", "number"]
CHOICES: dict[str, list[str]] = {
    "priority": Case.Priority.values,
    "type": Case.Type.values,
    "technique": Case.Technique.values,
    "review": Case.Review.values,
}


class CaseQuery(PageQuery):
    """Each filter takes several values, separated by commas."""

    priority: str = ""
    type: str = ""
    technique: str = ""
    review: str = ""
    requirement: Annotated[str, Field(description='Keys of requirement items: "R3,R4".')] = ""
    q: Annotated[Line, Field(max_length=200, description="A key, or text in the title or the data.")] = ""


@router.get("/tasks/{uuid:task_id}/cases", response=reads(CaseList, 404, 422), summary="List cases")
def list_cases(request: SignedInRequest, task: TaskInPath, query: Query[CaseQuery]) -> dict[str, Any]:
    """By section and position. Merged and obsolete cases are listed too, and marked."""
    cases: CaseQuerySet = task.cases.present()
    for field, known in CHOICES.items():
        wanted = choices_of(field, getattr(query, field), known)
        cases = cases.filter(**{f"{field}__in": wanted}) if wanted else cases
    cases = _testing(_containing(cases, query.q), query.requirement)
    ordered = cases.annotate(place=Coalesce(F("section__position"), Value(LARGEST_INTEGER)))
    return page_of(ordered.with_relations(), ORDER, query).listing(case_payload)


def _containing(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    if not text:
        return cases
    match = CASE_KEY.fullmatch(text.upper())
    by_key = Q(number=int(match[1])) if match else Q()
    return cases.filter(by_key | Q(title__icontains=text) | Q(data__icontains=text))


def _testing(cases: CaseQuerySet, keys: str) -> CaseQuerySet:
    wanted = [ITEM_KEY.fullmatch(key.strip()) for key in keys.split(",") if key.strip()]
    numbers = [int(match[1]) for match in wanted if match]
    if len(numbers) < len(wanted):
        raise InvalidInput({"requirement": _("Give keys like R3.")})
    return cases.filter(items__number__in=numbers).distinct() if wanted else cases


@router.post(
    "/tasks/{uuid:task_id}/cases", response=writes(201, CaseFacts, 400, 404, 415, 422), summary="Write a case"
)
def create_case(request: SignedInRequest, task: EditableTask, body: CaseInput) -> Status[dict[str, Any]]:
    case = editing.add_case(task, request.user, body.given())
    return Status(201, case_payload(case))


@router.patch(
    ONE,
    response={**writes(200, CaseFacts, 400, 404, 415, 422), 409: CaseMovedOn},
    summary="Change or review a case",
)
def update_case(
    request: SignedInRequest, task: EditableTask, key: PresentKey, body: CasePatch
) -> dict[str, Any]:
    """Needs the `rev` that was read. 409 with the current case when it has moved on."""
    changes = body.given()
    del changes["rev"]
    try:
        case = editing.update_case(task, request.user, case_number(key), body.rev, changes)
    except editing.CaseMoved as moved:
        raise Conflict(
            _("The case was changed since rev %(rev)s.") % {"rev": body.rev}, case=case_payload(moved.case)
        ) from moved
    return case_payload(case)


@router.delete(ONE, response=writes(204, None, 404), summary="Delete a case")
def delete_case(request: SignedInRequest, task: EditableTask, key: PresentKey) -> Status[None]:
    """Its history stays, and `restore` brings it back."""
    editing.delete_case(task, request.user, case_number(key))
    return Status(204, None)


@router.get(f"{ONE}/history", response=reads(CaseHistory, 404, 422), summary="What a case was before")
def list_versions(
    request: SignedInRequest, task: TaskInPath, key: KeptKey, query: Query[PageQuery]
) -> dict[str, Any]:
    """Every former content, who replaced it and when, the latest first. Deleted cases have a history too."""
    versions = editing.history(task, case_number(key))
    return page_of(versions, ["-rev"], query).listing(version_payload)


@router.post(
    f"{ONE}/restore", response=writes(200, CaseFacts, 400, 404, 415, 422), summary="Restore what a case was"
)
def restore_case(request: SignedInRequest, task: EditableTask, key: KeptKey, body: Restore) -> dict[str, Any]:
    """Makes it what it was at `rev`, as a new rev; brings a deleted case back."""
    return case_payload(editing.restore_version(task, request.user, case_number(key), body.rev))


def version_payload(version: CaseVersion) -> dict[str, Any]:
    return {
        "rev": version.rev,
        "case": version.content,
        "replaced_by": version.replaced_by.username if version.replaced_by else None,
        "replaced_at": version.replaced_at,
    }
