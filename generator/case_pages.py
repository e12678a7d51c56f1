"""Working with one case on pages: edit, write by hand, see what it was before.

Every form works without JavaScript; the task's page takes the same fragments into its cards.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event
from pydantic import ValidationError

from core.http import PersonRequest
from core.models import User
from core.validation import InvalidInput, messages_of
from generator import editing
from generator.case_inputs import CaseInput, CasePatch
from generator.case_texts import (
    CHOICES,
    LABELS,
    Meeting,
    Texts,
    changes_in,
    differences,
    texts_of,
    texts_sent,
)
from generator.cases_pages import answer
from generator.listing import titles_of
from generator.models import Case, CaseVersion, Task
from generator.models.cases import CASE_KEY
from generator.payloads import Payload, case_payload
from generator.sharing import find_task

SPARE_ROWS = 2
"""Empty ones on pages without JavaScript."""
VERSIONS_SHOWN = 50


class Refused(Exception):
    """What was typed can't be stored as it is: the form is shown again, with the reason."""

    def __init__(self, status: HTTPStatus, **shown: Any) -> None:
        super().__init__(status)
        self.status, self.shown = status, shown


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def edit(request: PersonRequest, task: UUID, key: str) -> HttpResponse:
    """One case and its form. A POST saves it on top of the `rev` that was read."""
    found = find_task(request, task, "edit")
    case = _find(found, key)
    if request.method != "POST":
        return _form(request, found, texts_of(case_payload(case)), case=case, rev=case.rev)
    try:
        before, saved = _save(request, found, case)
    except Refused as refused:
        return _form(request, found, case=case, status=refused.status, **refused.shown)
    change = {"key": saved.key, "before": before, "rev": saved.rev}
    return _saved(request, found, saved, change)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def write(request: PersonRequest, task: UUID) -> HttpResponse:
    """A case by hand."""
    found = find_task(request, task, "edit")
    blank = texts_of(case_payload(Case(task=found, number=0, position=0), requirements=[]))
    if request.method != "POST":
        return _form(request, found, blank)
    texts = texts_sent(request.POST)
    try:
        content = _valid(CaseInput, {"title": texts["title"], **changes_in(texts, blank)})
        case = editing.add_case(found, request.user, content)
    except InvalidInput as invalid:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _form(request, found, texts, status=status, errors=invalid.errors)
    return _saved(request, found, case, {"key": case.key})


def _save(request: PersonRequest, task: Task, case: Case) -> tuple[int, Case]:
    """The rev that it was saved on, and the case as it is then. Raise `Refused`."""
    mine, rev = texts_sent(request.POST), _number(request.POST.get("rev", ""))
    base = _texts_at(case, rev)
    try:
        changes = _valid(CasePatch, {**changes_in(mine, base), "rev": rev})
        del changes["rev"]
        if case.deleted_at is not None:
            _bring_back(request, task, case, mine, rev)
        return _write_on(task, request.user, case.number, rev, changes, base, mine)
    except InvalidInput as invalid:
        shown = {"texts": mine, "rev": rev, "errors": invalid.errors}
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, **shown) from invalid


def _write_on(
    task: Task, user: User, number: int, rev: int, changes: dict[str, Any], base: Texts, mine: Texts
) -> tuple[int, Case]:
    """Who has only moved or reviewed the case meanwhile is in nobody's way."""
    while True:
        try:
            return rev, editing.update_case(task, user, number, rev, changes)
        except editing.CaseMoved as moved:
            meeting = Meeting(base, texts_of(case_payload(moved.case)), mine)
            if not meeting.is_harmless:
                raise _conflict(moved.case, meeting) from moved
            rev = moved.case.rev


def _bring_back(request: PersonRequest, task: Task, case: Case, mine: Texts, rev: int) -> None:
    """When that was asked for. Raise `Refused`."""
    last = _latest(case)
    if "bring_back" not in request.POST:
        raise Refused(HTTPStatus.CONFLICT, texts=mine, rev=rev)
    editing.restore_version(task, request.user, case.number, last.rev)


def _latest(case: Case) -> CaseVersion:
    """What a case was before: a deleted one has been something."""
    return case.versions.select_related("replaced_by")[:1].get()


def _conflict(now: Case, meeting: Meeting) -> Refused:
    by = _latest(now).replaced_by
    shown = {"texts": meeting.merged(), "rev": now.rev, "by": by, "conflict": meeting.differences()}
    return Refused(HTTPStatus.CONFLICT, **shown)


def _texts_at(case: Case, rev: int) -> Texts:
    """What the case said at `rev`; as it says now when that is not known."""
    version = case.versions.filter(rev=rev).first()
    return texts_of(version.content if version else case_payload(case))


def _valid(model: type[CaseInput | CasePatch], content: dict[str, Any]) -> dict[str, Any]:
    try:
        return model.model_validate(content).given()
    except ValidationError as error:
        raise InvalidInput(messages_of(error.errors())) from error


def _form(
    request: PersonRequest,
    task: Task,
    texts: Texts,
    *,
    case: Case | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    errors: dict[str, str] | None = None,
    **shown: Any,
) -> HttpResponse:
    said = [(LABELS.get(name.split(".")[0], name), words) for name, words in (errors or {}).items()]
    context = {
        "task": task,
        "case": case,
        "texts": texts,
        "choices": [(name, LABELS[name], kind.choices, texts[name]) for name, kind in CHOICES.items()],
        "sections": titles_of(task),
        "errors": said,
        "spare": range(0 if request.htmx else SPARE_ROWS),
        "label": LABELS,
        "gone": _latest(case) if case and case.deleted_at else None,
        **shown,
    }
    part = "_case_form" if request.htmx else "case"
    return render(request, f"generator/{part}.html", context, status=status)


def _saved(request: PersonRequest, task: Task, case: Case, change: Payload) -> HttpResponse:
    """The form goes; the event brings what became of the case."""
    if request.htmx:
        return trigger_client_event(HttpResponse(), "case:saved", change)
    address = reverse("task", args=[task.pk])
    return HttpResponseRedirect(f"{address}#{case.key}", status=HTTPStatus.SEE_OTHER)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def history(request: PersonRequest, task: UUID, key: str) -> HttpResponse:
    """What a case was, the latest first, each with what replaced it. A POST restores one of them."""
    if request.method != "POST":
        found = find_task(request, task)
        case = _find(found, key)
        context = {"task": found, "case": case, "versions": _versions(case)}
        part = "_case_history" if request.htmx else "case_history"
        return render(request, f"generator/{part}.html", context)
    found = find_task(request, task, "edit")
    case = _find(found, key)
    before = case.rev if case.deleted_at is None else None
    try:
        back = editing.restore_version(found, request.user, case.number, _number(request.POST.get("rev", "")))
    except InvalidInput as invalid:
        messages.error(request, " ".join(invalid.errors.values()))
        return answer(request, found)
    return _saved(request, found, back, {"key": back.key, "before": before, "rev": back.rev})


def _versions(case: Case) -> list[Payload]:
    """`{rev, by, at, changes}`, where `changes` leads from it to the one after it."""
    versions = list(editing.history(case.task, case.number)[:VERSIONS_SHOWN])
    after = [texts_of(case_payload(case)), *(texts_of(version.content) for version in versions)]
    return [_version(version, later) for version, later in zip(versions, after, strict=False)]


def _version(version: CaseVersion, later: Texts) -> Payload:
    changes = list(differences(texts_of(version.content), later))
    by = version.replaced_by.username if version.replaced_by else ""
    return {"rev": version.rev, "by": by, "at": version.replaced_at, "changes": changes}


def _find(task: Task, key: str) -> Case:
    """A case of the task, deleted or not. Raise `Http404`."""
    match = CASE_KEY.fullmatch(key)
    case = task.cases.filter(number=int(match[1])).with_relations().first() if match else None
    if case is None:
        raise Http404
    return case


def _number(text: str) -> int:
    """A rev that was sent, 0 for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
