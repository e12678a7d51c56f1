"""The page on which people choose where they are told of what, and when not."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.http import PersonRequest
from core.validation import InvalidInput
from realtime.models import Notification
from realtime.notifications.forms import preferences_from
from realtime.notifications.preferences import preferences_payload, save_preferences
from realtime.notifications.quiet import time_zones
from realtime.notifications.ways import CHANNELS, is_offered

CHANNEL_NAMES = {
    "site": gettext_lazy("On this site"),
    "chat": gettext_lazy("In the chat"),
    "browser": gettext_lazy("By the browser"),
    "elsewhere": gettext_lazy("Elsewhere"),
}
FIELDS = {
    "days": gettext_lazy("Days"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "timezone": gettext_lazy("Time zone"),
}
OFFERED = {"days": [*range(7)], "from": "22:00", "to": "07:00", "timezone": ""}
"""What the quiet hours' fields show to whoever has none."""


@login_required
def preferences(request: PersonRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, preferences_payload(request.user.pk), {})
    try:
        save_preferences(request.user.pk, preferences_from(request.POST).given())
    except InvalidInput as invalid:
        return _page(request, _typed(request.POST), invalid.errors)
    messages.success(request, _("Your preferences are saved."))
    return redirect("notification-preferences")


def _page(request: PersonRequest, shown: dict[str, Any], errors: dict[str, str]) -> HttpResponse:
    quiet = shown["quiet"] or OFFERED
    context = {
        "channels": CHANNEL_NAMES.values(),
        "kinds": [_row(kind, shown["kinds"][kind]) for kind in Notification.Kind],
        "is_quiet": shown["quiet"] is not None,
        "quiet": {"begin": quiet["from"], "end": quiet["to"], "timezone": quiet["timezone"]},
        "days": [(day, name, day in quiet["days"]) for day, name in WEEKDAYS_ABBR.items()],
        "zones": sorted(time_zones()),
        "targets": "\n".join(shown["targets"]),
        "schemes": settings.NOTIFY_TARGETS,
        "errors": [(_place_of(field), message) for field, message in errors.items()],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "realtime/preferences.html", context, status=status)


def _row(kind: Notification.Kind, ways: dict[str, bool]) -> dict[str, Any]:
    cells = [
        {
            "name": f"{kind}:{channel}",
            "channel": CHANNEL_NAMES[channel],
            "on": ways.get(channel, False),
            "offered": is_offered(kind, channel),
        }
        for channel in CHANNELS
    ]
    return {"label": kind.label, "cells": cells}


def _typed(posted: QueryDict) -> dict[str, Any]:
    """What was sent, for the page that says what is wrong with it."""
    days = [int(day) for day in posted.getlist("day") if day.isdecimal()]
    quiet = {"days": days} | {field: posted.get(field, "") for field in ("from", "to", "timezone")}
    return {
        "kinds": {
            kind: {channel: f"{kind}:{channel}" in posted for channel in CHANNELS}
            for kind in Notification.Kind.values
        },
        "quiet": quiet if "quiet" in posted else None,
        "targets": posted.get("targets", "").split(),
    }


def _place_of(field: str) -> str:
    part, _dot, rest = field.partition(".")
    if part == "targets":
        return _("Address %(number)d") % {"number": int(rest or 0) + 1}
    return str(FIELDS.get(rest, part))
