"""The generator's pages: request a task, the task manager, one task."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.urls.converters import UUIDConverter
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget, trigger_client_event

from core import throttle
from core.http import PersonRequest
from core.models import User
from core.validation import InvalidInput
from core.views import page_or_404, too_many
from generator import bulk as many
from generator import choosing, services
from generator.exchange import menu
from generator.forms import RequestForm, TaskFilter
from generator.inputs import REQUIREMENT_LIMIT, clean_title
from generator.listing import BLANK_ID, BLANK_KEY, blank_case, blank_task, rendered_cases, shown, titles_of
from generator.models import Case, Task, TaskCounts
from generator.sharing import find_task, sharing_of
from generator.sources import sources_of, uncovered_in
from generator.timeline import entry_payload
from generator.words import case_headings, words

NEWEST_FIRST = ("-created_at", "-id")
RECENT = 8
"""Earlier tasks beneath the newest one on the generator's page."""
LISTED = Task.objects.light().select_related("owner")


@login_required
def generate(request: PersonRequest) -> HttpResponse:
    """The generator. A POST requests a task: 303 to its page, or its card for the page that stays."""
    if request.method == "POST":
        return _request_task(request)
    return render(
        request,
        "generator/generate.html",
        _generator(request, RequestForm(initial={"endpoint": choosing.last_chosen(request.user)})),
    )


def _request_task(request: PersonRequest) -> HttpResponse:
    seconds = throttle.hit("tasks", str(request.user.pk))
    if seconds:
        return too_many(request, seconds)
    form = RequestForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, form)
    task = _once(request.user, form)
    if not request.htmx:
        return HttpResponseRedirect(reverse("task", args=[task.pk]), status=HTTPStatus.SEE_OTHER)
    answer = render(request, "generator/_latest.html", {"task": shown([task])[0]})
    return trigger_client_event(answer, "request:stored", {"next": str(uuid4())})


def _once(user: User, form: RequestForm) -> Task:
    """The task of what this rendering of the form sent: one, however often it is sent.

    A changed text from the same rendering (somebody went back to it) is another task, never a refusal.
    """
    key, number = form.cleaned_data["idempotency_key"], 1
    while True:
        own = f"{key}.{number}" if key else ""
        try:
            return services.request_task(user, **form.request.facts, idempotency_key=own)
        except services.IdempotencyConflict:
            number += 1


def _refused(request: PersonRequest, form: RequestForm) -> HttpResponse:
    """What was typed stays: on the page itself, or in the one that is rendered again."""
    if request.htmx:
        response = render(
            request, "generator/_errors.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
        return reswap(retarget(response, "#request-errors"), "innerHTML")
    context = _generator(request, form)
    return render(request, "generator/generate.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _generator(request: PersonRequest, form: RequestForm) -> dict[str, Any]:
    newest = list(LISTED.owned_by(request.user).order_by(*NEWEST_FIRST)[: RECENT + 1])
    cases = rendered_cases(newest[0], reverse("task", args=[newest[0].pk])) if newest else ""
    listed = shown(newest)
    return {
        "form": form,
        "task": next(iter(listed), None),
        "cases": cases,
        "recent": listed[1:],
        "limit": REQUIREMENT_LIMIT,
        "blank": blank_task(),
        "blank_url": reverse("task", args=[BLANK_ID]),
        **_case_words(),
    }


@login_required
@require_safe
@vary_on_headers("HX-Request")
def tasks(request: PersonRequest) -> HttpResponse:
    """The task manager; htmx asks for the list alone, or for its next part."""
    chosen = TaskFilter(request.GET)
    parts = [chosen.chosen(part) for part in LISTED.parts_for(request.user)]
    page = page_or_404(parts, NEWEST_FIRST, request.GET.get("cursor", ""))
    context = {
        "filter": chosen,
        "tasks": shown(page.rows),
        "next": page.next,
        "counts": _counts(request),
        "blank": blank_task(),
        "words": words(),
    }
    if request.htmx and not request.htmx.history_restore_request:
        part = "_rows" if "cursor" in request.GET else "_list"
        return render(request, f"generator/{part}.html", context)
    return render(request, "generator/tasks.html", context)


@login_required
@require_safe
def counts(request: PersonRequest) -> HttpResponse:
    return render(request, "generator/_counts.html", {"counts": _counts(request)})


def _counts(request: PersonRequest) -> list[dict[str, Any]]:
    numbers = TaskCounts.of(request.user)
    chosen = request.GET.get("status", "")
    return [
        {"status": status, "label": label, "number": numbers[status], "chosen": status == chosen}
        for status, label in Task.Status.choices
    ]


@login_required
@require_safe
def task_page(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task)
    prefetch_related_objects([found], "timeline")
    context = {
        "task": shown([found])[0],
        "cases": rendered_cases(found),
        **_source(found),
        "timeline": _timeline(found),
        **sharing_of(found, request.user),
        "formats": menu(),
        **_case_words(),
        "sections": titles_of(found),
        "blank_key": BLANK_KEY,
        "priorities": Case.Priority.choices,
        "types": Case.Type.choices,
        "techniques": Case.Technique.choices,
        "reviews": Case.Review.choices,
    }
    return render(request, "generator/task.html", context)


@login_required
@require_safe
def source(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task)
    return render(request, "generator/_source.html", _source(found))


def _source(task: Task) -> dict[str, Any]:
    """The documents with their items; what has no case is marked once the task has ended."""
    sources = sources_of(task)
    return {"sources": sources, "questions": task.questions, "uncovered": uncovered_in(sources)}


def _case_words() -> dict[str, Any]:
    """What the templates of cases need, those that modules fill in as well."""
    return {"blank_case": blank_case(), "label": case_headings(), "words": words()}


@login_required
@require_safe
def timeline(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task)
    return render(request, "generator/_timeline.html", {"timeline": _timeline(found)})


def _timeline(task: Task) -> list[dict[str, Any]]:
    return [entry_payload(entry) for entry in task.timeline.all()]


@login_required
@require_POST
def rename(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task, "edit")
    try:
        title = clean_title(request.POST.get("title", ""))
    except InvalidInput as invalid:
        messages.error(request, invalid.errors["title"])
        return _answer(request, found)
    if title:
        services.rename_task(found, request.user, title)
    else:
        messages.error(request, _("Give some text."))
    return _answer(request, found)


@login_required
@require_POST
def cancel(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task, "edit")
    if services.cancel_task(found, request.user):
        messages.success(
            request, _("Cancelling “%(title)s”. Finished cases are kept.") % {"title": found.title}
        )
    else:
        messages.error(request, _("The task has ended already."))
    return _answer(request, found)


@login_required
@require_POST
def retry(request: PersonRequest, task: UUID) -> HttpResponse:
    found = find_task(request, task, "edit")
    if services.retry_task(found, request.user):
        messages.success(request, _("Queued again: “%(title)s”.") % {"title": found.title})
    else:
        messages.error(request, _("The task lacks nothing, or a worker has it already."))
    return _answer(request, found)


@login_required
@require_POST
def delete(request: PersonRequest, task: UUID) -> HttpResponse:
    """The toast that tells of it brings the task back: its tag is where to."""
    found = find_task(request, task, "owner")
    services.delete_task(found, request.user)
    undo = reverse("task-restore", args=[found.pk])
    messages.success(request, _("Deleted “%(title)s”.") % {"title": found.title}, extra_tags=undo)
    return _answer(request)


@login_required
@require_POST
def restore(request: PersonRequest, task: UUID) -> HttpResponse:
    found = get_object_or_404(Task.objects.filter(owner=request.user), pk=task)
    if services.restore_task(found, request.user):
        messages.success(request, _("“%(title)s” is back.") % {"title": found.title})
    else:
        messages.error(request, _("The task can't be brought back any more."))
    return _answer(request)


@login_required
@require_POST
def bulk(request: PersonRequest, action: str) -> HttpResponse:
    """Do something to the picked tasks, or to all that match the list's filter."""
    if action not in many.ACTIONS:
        raise Http404
    filtered = TaskFilter(request.POST)
    everything = "everything" in request.POST
    picked = [pk for pk in request.POST.getlist("ids") if re.fullmatch(UUIDConverter.regex, pk)]
    parts = many.within_reach(action, request.user)
    chosen = [filtered.chosen(part) if everything else part.filter(pk__in=picked) for part in parts]
    matched = many.apply(action, chosen, request.user)
    told = ngettext("%(n)d task matched.", "%(n)d tasks matched.", matched) % {"n": matched}
    messages.success(request, told)
    return _answer(request)


def _answer(request: PersonRequest, task: Task | None = None) -> HttpResponse:
    """Toasts for a page that stays, the events bring what changed; else the page that shows it."""
    if request.htmx:
        return render(request, "core/_messages.html")
    return redirect("task", task.pk) if task else redirect("tasks")
