"""The notifications page, and what its buttons and the bell's panel do."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.http import PersonRequest
from core.text import can_be_stored
from core.views import page_or_404
from realtime.models import Notification
from realtime.notifications import muting
from realtime.notifications.forms import SendForm
from realtime.notifications.services import mark_archived, mark_read, mark_seen

NEWEST_FIRST = ("-created_at", "-id")
VIEWS = (("all", _("All")), ("unread", _("Unread")), ("archived", _("Archived")), ("muted", _("Muted")))


@login_required
@require_safe
@vary_on_headers("HX-Request")
def notifications(request: PersonRequest) -> HttpResponse:
    """A user's notifications, newest first; whatever the page shows counts as seen."""
    show = request.GET.get("show", "")
    if show == "muted":
        return _mutes(request)
    show = show if show in dict(VIEWS) else "all"
    mine = Notification.objects.filter(user=request.user, archived_at__isnull=show != "archived").with_mutes()
    page = page_or_404(
        mine.unread() if show == "unread" else mine, NEWEST_FIRST, request.GET.get("cursor", "")
    )
    unseen = [row.pk for row in page.rows if row.seen_at is None and row.archived_at is None]
    if unseen:
        mark_seen(request.user.pk, unseen)
    template = "realtime/_notifications.html" if request.htmx else "realtime/notifications.html"
    return render(request, template, {"page": page, "show": show, "views": VIEWS})


def _mutes(request: PersonRequest) -> HttpResponse:
    page = page_or_404(muting.mutes_of(request.user.pk), NEWEST_FIRST, request.GET.get("cursor", ""))
    mutes = muting.mute_payloads(request.user.pk, page.rows)
    context = {"page": page, "mutes": mutes, "show": "muted", "views": VIEWS}
    return render(request, "realtime/notifications.html", context)


@login_required
@require_POST
def read(request: PersonRequest, notification: UUID) -> HttpResponse:
    mark_read(request.user.pk, [_found(request, notification).pk])
    return _answer(request)


@login_required
@require_POST
def archive(request: PersonRequest, notification: UUID) -> HttpResponse:
    mark_archived(request.user.pk, [_found(request, notification).pk])
    return _answer(request)


@login_required
@require_POST
def mute(request: PersonRequest, notification: UUID) -> HttpResponse:
    muting.mute(request.user.pk, [_found(request, notification).subject])
    return _answer(request)


@login_required
@require_POST
def unmute(request: PersonRequest, notification: UUID) -> HttpResponse:
    muting.unmute(request.user.pk, [_found(request, notification).subject])
    return _answer(request)


@login_required
@require_POST
def unmute_subject(request: PersonRequest) -> HttpResponse:
    """From the list of what is muted: its notifications may be cleaned up by then."""
    muting.unmute(
        request.user.pk, [subject for subject in request.POST.getlist("subject") if can_be_stored(subject)]
    )
    return redirect(f"{reverse('notifications')}?show=muted")


@login_required
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    mark_read(request.user.pk)
    return _answer(request)


def _found(request: PersonRequest, notification: UUID) -> Notification:
    return get_object_or_404(Notification, user=request.user, pk=notification)


def _answer(request: PersonRequest) -> HttpResponse:
    """The event tells the open pages; a form without JavaScript needs one of its own."""
    return HttpResponse(status=204) if request.htmx else redirect("notifications")


@login_required
def send_notification(request: PersonRequest) -> HttpResponse:
    """Staff tell people something."""
    if not request.user.is_staff:
        raise PermissionDenied
    form = SendForm(request.POST or None)
    count = form.send() if form.is_valid() else None
    if count is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "realtime/send_notification.html", {"form": form}, status=status)
    said = ngettext("%(count)d person is told.", "%(count)d people are told.", count)
    messages.success(request, said % {"count": count})
    return redirect("send-notification")
