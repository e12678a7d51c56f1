"""The task page's people: who sees the task, and sharing it. Every form works without JavaScript too."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from core.http import PersonRequest
from core.models import User, people_called
from generator import members
from generator.listing import shown
from generator.models import Member, Task
from generator.models.tasks import Role
from realtime.chat.models import MEMBERS_LIMIT


def find_task(request: PersonRequest, task: UUID, need: Role = "view") -> Task:
    """The task, if the user may see it. Raise `Http404`, or `PermissionDenied` without the role it needs."""
    visible = Task.objects.visible_to(request.user).select_related("owner")
    found = get_object_or_404(visible, pk=task)
    if need != "view" and found.role not in {need, "owner"}:
        raise PermissionDenied
    return found


def sharing_of(task: Task, user: User) -> dict[str, Any]:
    """What the page says of the task's people, and where they discuss it."""
    room = members.room_of(task, user)
    return {
        "people": members.people_of(task),
        "roles": Member.Role.choices,
        "room_url": reverse("chat-room", args=[room.pk]) if room else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: PersonRequest, task: UUID) -> HttpResponse:
    """The people of a task; a POST by its owner shares it with one more, or changes what one may do."""
    if request.method != "POST":
        return _shown(request, find_task(request, task))
    found = find_task(request, task, "owner")
    name, role = request.POST.get("name", "").strip(), request.POST.get("role", "")
    if role not in Member.Role.values:
        raise Http404
    member = people_called(name).filter(is_active=True).first()
    return _answer(request, found, _share(request, found, member, role) if member else _unknown(name))


def _unknown(name: str) -> str:
    return _("There is nobody called “%(name)s”.") % {"name": name} if name else _("Give a name.")


def _share(request: PersonRequest, task: Task, member: User, role: str) -> str:
    """Why not, "" when it is done."""
    try:
        members.share_task(task, request.user, member, role)
    except members.OwnersOwn:
        return _("The task is yours already.")
    except members.TooManyMembers:
        return _("A task has at most %(n)d members.") % {"n": MEMBERS_LIMIT}
    return ""


@login_required
@require_POST
def remove(request: PersonRequest, task: UUID) -> HttpResponse:
    """The owner takes somebody's rights away, or a member leaves."""
    name = request.POST.get("name", "")
    leaves = name == request.user.username
    found = find_task(request, task, "view" if leaves else "owner")
    member = get_object_or_404(people_called(name))
    try:
        members.unshare_task(found, request.user, member)
    except members.OwnersOwn:
        return _answer(request, found, _("The task is yours."))
    if not leaves:
        return _answer(request, found)
    messages.success(request, _("“%(title)s” is no longer shared with you.") % {"title": found.title})
    return HttpResponseClientRedirect(reverse("tasks")) if request.htmx else redirect("tasks")


def _answer(request: PersonRequest, task: Task, refusal: str = "") -> HttpResponse:
    if request.htmx:
        return _shown(request, task, refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect("task", task.pk)


def _shown(request: PersonRequest, task: Task, refusal: str = "") -> HttpResponse:
    context = {"task": shown([task])[0], "refusal": refusal, **sharing_of(task, request.user)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "generator/_people.html", context, status=status)
