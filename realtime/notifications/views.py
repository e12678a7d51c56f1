"""The notifications page, and reading from there and from the bell's panel."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.http import PersonRequest
from core.views import page_or_404
from realtime.models import Notification
from realtime.notifications.services import mark_read, mark_seen

NEWEST_FIRST = ("-created_at", "-id")


@login_required
@require_safe
@vary_on_headers("HX-Request")
def notifications(request: PersonRequest) -> HttpResponse:
    """All of a user's notifications, newest first; whatever the page shows counts as seen."""
    mine = Notification.objects.filter(user=request.user, archived_at=None)
    page = page_or_404(mine, NEWEST_FIRST, request.GET.get("cursor", ""))
    unseen = [row.pk for row in page.rows if row.seen_at is None]
    if unseen:
        mark_seen(request.user.pk, unseen)
    template = "realtime/_notifications.html" if request.htmx else "realtime/notifications.html"
    return render(request, template, {"page": page})


@login_required
@require_POST
def read(request: PersonRequest, notification: UUID) -> HttpResponse:
    found = get_object_or_404(Notification, user=request.user, pk=notification)
    mark_read(request.user.pk, [found.pk])
    return _answer(request)


@login_required
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    mark_read(request.user.pk)
    return _answer(request)


def _answer(request: PersonRequest) -> HttpResponse:
    """The event tells the open pages; a form without JavaScript needs one of its own."""
    return HttpResponse(status=204) if request.htmx else redirect("notifications")
