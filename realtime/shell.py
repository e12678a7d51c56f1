"""What every page's frame shows of the event stream."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from realtime.models import Notification
from realtime.notifications.services import unread_of
from realtime.replay import head_of

LATEST = 8
"""Notifications in the bell's panel."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """The stream's position and the bell's notifications.

    The position is what `StreamHeadMiddleware` read before the page's data.
    """
    if not request.user.is_authenticated:
        return {}
    seq, epoch = getattr(request, "stream_head", None) or head_of(request.user.pk)
    return {
        "stream_seq": seq,
        "stream_epoch": epoch,
        "unread": unread_of(request.user.pk),
        "latest_notifications": Notification.objects.filter(user=request.user, archived_at=None)[:LATEST],
        "blank_notification": Notification(pk=UUID(int=0)),
    }
