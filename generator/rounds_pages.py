"""The pages of rounds: change the requirement, write cases anew, see how good they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from core import throttle
from core.http import PersonRequest
from core.validation import InvalidInput, clean_text
from core.views import too_many
from generator import rounds
from generator.changes import changed_of, preview
from generator.documents.judging import MEDIA_TYPES
from generator.inputs import INSTRUCTION_LIMIT, REQUIREMENT_LIMIT
from generator.models import Case, CaseRequest, Task
from generator.models.cases import CASE_KEY
from generator.quality import quality_of
from generator.sharing import find_task

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
"""A Chinese character is a word of its own: nothing stands between them."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: PersonRequest, task: UUID) -> HttpResponse:
    """The requirement to be changed; a POST begins the round."""
    found = find_task(request, task, "edit")
    if request.method != "POST":
        return render(request, "generator/revise.html", _form(found))
    if seconds := throttle.hit("tasks", str(request.user.pk)):
        return too_many(request, seconds)
    try:
        rounds.revise_task(found, request.user, _changed(request, found))
    except InvalidInput as invalid:
        return _refused(request, found, " ".join(invalid.errors.values()))
    except rounds.TaskIsOpen:
        return _refused(request, found, _("The task is still running: wait for its end, or cancel it."))
    address = reverse("task", args=[found.pk])
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)


@login_required
@require_POST
def preview_revision(request: PersonRequest, task: UUID) -> HttpResponse:
    """What would change and what it would cost, beside the text as it was typed."""
    found = find_task(request, task, "edit")
    if seconds := throttle.hit("estimate", str(request.user.pk)):
        return too_many(request, seconds)
    try:
        said = preview(found, _changed(request, found))
    except InvalidInput as invalid:
        return _refused(request, found, " ".join(invalid.errors.values()))
    for one in said["changed"]:
        one["pieces"] = list(_pieces(one["before"], one["after"]))
    context = {"task": found, "revision": said}
    if request.htmx:
        return render(request, "generator/_revision.html", context)
    return render(request, "generator/revise.html", {**_form(found), **_typed(request), **context})


def _changed(request: PersonRequest, task: Task) -> rounds.Changed:
    given = request.POST
    return changed_of(
        task,
        given.get("requirement"),
        request.FILES.getlist("files"),  # type: ignore[arg-type]  # an upload is a `File`
        given.getlist("keep"),
    )


def _form(task: Task) -> dict[str, Any]:
    """The only document as text to be changed; of several the pasted one, and the files are kept."""
    documents = list(task.documents.defer("content"))
    edited = next((one for one in documents if one.is_pasted or len(documents) == 1), None)
    if edited and len(edited.text) > REQUIREMENT_LIMIT:
        edited = None
    kept = [document for document in documents if document is not edited]
    return {
        "task": task,
        "text": edited.text if edited else "",
        "documents": kept,
        "keep": [document.position for document in kept],
        "limit": REQUIREMENT_LIMIT,
        "accept": ",".join(MEDIA_TYPES),
    }


def _typed(request: PersonRequest) -> dict[str, Any]:
    keep = [int(number) for number in request.POST.getlist("keep") if number.isdecimal()]
    return {"text": clean_text(request.POST.get("requirement", "")), "keep": keep}


def _refused(request: PersonRequest, task: Task, reason: str) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"task": task, "refusal": reason}
    if request.htmx:
        return render(request, "generator/_revision.html", context, status=status)
    context = {**_form(task), **_typed(request), **context}
    return render(request, "generator/revise.html", context, status=status)


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The two texts in one: stretches that are the same, gone or new."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[i:j])
            continue
        if i < j:
            yield "gone", "".join(old[i:j])
        if k < m:
            yield "new", "".join(new[k:m])


@login_required
@require_POST
def ask_for_cases(request: PersonRequest, task: UUID) -> HttpResponse:
    """Write the picked cases anew, or more like them."""
    found = find_task(request, task, "edit")
    given = request.POST
    numbers = [int(match[1]) for key in given.getlist("keys") if (match := CASE_KEY.fullmatch(key))]
    kind = CaseRequest.Kind.MORE if given.get("kind") == "more" else CaseRequest.Kind.REGENERATE
    wish = clean_text(given.get("instruction", ""))[:INSTRUCTION_LIMIT]
    try:
        rounds.request_cases(found, request.user, kind, numbers, wish)
    except rounds.TaskIsOpen:
        messages.error(request, _("The task is still running: wait for its end, or cancel it."))
    except rounds.NoCaseStands:
        messages.error(request, _("Pick a case that is neither merged nor obsolete."))
    else:
        messages.success(request, _("Asked for. The page shows what comes of it."))
    return render(request, "core/_messages.html") if request.htmx else redirect("task", found.pk)


@login_required
@require_safe
def quality(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task)
    said = quality_of(found)
    names = dict(Case.Technique.choices)
    techniques = [(names[name], number) for name, number in said["techniques"].items()]
    percent = {name: _percent(said[name]) for name in ("coverage", "negative_share")}
    return render(request, "generator/_quality.html", {"quality": said | percent, "techniques": techniques})


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
