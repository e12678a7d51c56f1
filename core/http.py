"""Requests as views get them, with what middleware puts on them."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from core.models import User


class SiteRequest(HttpRequest):
    """Anybody's request. `stream_head` is the event stream's `(seq, epoch)` before the view."""

    htmx: HtmxDetails
    stream_head: tuple[int, str]


class PersonRequest(SiteRequest):
    """The request of someone who is signed in: what `login_required` lets through."""

    user: User
