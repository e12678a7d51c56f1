"""Forms of the notifications' pages. The rules are the API's; these show them and keep what was typed."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from core.forms import Dressed
from core.validation import InvalidInput, messages_of
from realtime.models import Notification
from realtime.notifications.preferences import PreferencesInput
from realtime.notifications.sending import Announcement, send
from realtime.notifications.ways import CHANNELS, is_offered

BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")


class SendForm(Dressed):
    """What staff tell people."""

    whom = forms.ChoiceField(
        label=_("To"), required=False, choices=[("", _("Those who are named")), ("all", _("Everyone"))]
    )
    users = forms.CharField(
        label=_("Names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("With commas between them, or on lines of their own."),
    )
    title = forms.CharField(label=_("Title"), required=False, strip=False)
    body = forms.CharField(
        label=_("Text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    url = forms.CharField(
        label=_("Link"),
        required=False,
        help_text=_("A path on this site, like /tasks/, or an http(s) address. May stay empty."),
    )

    def send(self) -> int | None:
        """How many were told, or None: then the fields say what is wrong."""
        given = {name: self.cleaned_data[name] for name in ("title", "body", "url")}
        names = [name for name in BETWEEN_NAMES.split(self.cleaned_data["users"]) if name]
        given["users"] = self.cleaned_data["whom"] or names
        try:
            return send(Announcement.model_validate(given))
        except ValidationError as error:
            wrong = messages_of(error.errors())
        except InvalidInput as invalid:
            wrong = invalid.errors
        for field, message in wrong.items():
            self.add_error(field.partition(".")[0], message)
        return None


def preferences_from(posted: QueryDict) -> PreferencesInput:
    """What the preferences' page sent. Raises `InvalidInput`."""
    kinds = {
        kind: {channel: f"{kind}:{channel}" in posted for channel in CHANNELS if is_offered(kind, channel)}
        for kind in Notification.Kind.values
    }
    given: dict[str, Any] = {"kinds": kinds, "quiet": _quiet_from(posted) if "quiet" in posted else None}
    if "targets" in posted:
        given["targets"] = str(posted["targets"]).split()
    try:
        return PreferencesInput.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(messages_of(error.errors())) from error


def _quiet_from(posted: QueryDict) -> dict[str, Any]:
    return {
        "days": [int(day) if day.isdecimal() else day for day in posted.getlist("day")],
        **{field: posted.get(field, "") for field in ("from", "to", "timezone")},
    }
