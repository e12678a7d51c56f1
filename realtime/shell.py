"""What every page's frame shows of the event stream."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from realtime.notifications.services import unread_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The stream's position, as `StreamHeadMiddleware` read it before the page's data, and the bell's number."""
    if not hasattr(request, "stream_head"):
        return {}
    seq, epoch = request.stream_head
    return {"stream_seq": seq, "stream_epoch": epoch, "unread": unread_of(request.user.pk)}
