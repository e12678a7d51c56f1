"""What every page's frame shows of the event stream."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from core.cards import state_labels
from realtime.chat import rooms
from realtime.chat.views import PALETTE
from realtime.events import encode
from realtime.models import Notification
from realtime.notifications.services import unread_of
from realtime.replay import head_of

LATEST = 8
"""Notifications in the bell's panel."""
BLANK = dict.fromkeys(("id", "room_id"), str(UUID(int=0)))
"""A message or room from which pages make new ones."""


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
        "latest_notifications": Notification.objects.filter(user=request.user, archived_at=None).with_mutes()[
            :LATEST
        ],
        "blank_notification": Notification(pk=UUID(int=0)),
        "unread_chat": rooms.unread_of(request.user),
        "palette": PALETTE,
        "blank_message": BLANK,
        "blank_room": BLANK,
        "card_labels": encode(state_labels()),
    }
