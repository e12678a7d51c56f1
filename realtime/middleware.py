"""Pages carry the stream's `seq` that was read before their data, so that no event falls between the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.http import SiteRequest
from realtime.replay import head_of


class StreamHeadMiddleware:
    """Sets `request.stream_head`, `(seq, epoch)`, before a page's view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: SiteRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.user.is_authenticated and not request.path.startswith("/api/"):
            request.stream_head = head_of(request.user.pk)
