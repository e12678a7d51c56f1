"""Rows behind the event stream, the notifications, Web Push and the chat."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.ids import uuid7
from realtime.chat.models import ChatFile, Membership, Message, Reaction, Room
from realtime.notifications.models import Delivery, Mute, Notification, Preferences, Target
from realtime.push.models import Subscription, VapidKeys

__all__ = [
    "ChatFile",
    "Delivery",
    "Epoch",
    "Event",
    "Membership",
    "Message",
    "Mute",
    "Notification",
    "OpenSocket",
    "Preferences",
    "Reaction",
    "Room",
    "Stream",
    "Subscription",
    "Target",
    "VapidKeys",
]


class Epoch(models.Model):
    """The database's own name: one row, made with the schema. A restored backup gets a new one."""

    id = models.UUIDField(primary_key=True, default=uuid7)


class Stream(models.Model):
    """How far a user's event stream is: its last event's `seq`. Raised last in a transaction (design §4)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="stream"
    )
    seq = models.PositiveBigIntegerField(default=0)


class Event(models.Model):
    """A durable event: `frame` is the JSON text that sockets get, `seq` included."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    frame = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "seq"], name="event_numbered_once")
        ]

    if TYPE_CHECKING:
        user_id: object


SOCKET_ALIVE = timedelta(seconds=45)
"""A socket that its process did not speak of for so long, three heartbeats, is gone."""


class OpenSocketQuerySet(models.QuerySet["OpenSocket"]):
    def alive(self) -> Self:
        return self.filter(seen_at__gt=timezone.now() - SOCKET_ALIVE)

    def dead(self) -> Self:
        """Left behind by a process that died."""
        return self.filter(seen_at__lte=timezone.now() - SOCKET_ALIVE)


class OpenSocket(models.Model):
    """A socket that some process holds open, refreshed with that process's heartbeat (design §4)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sockets")
    process = models.UUIDField(db_index=True)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)
    active_until = models.DateTimeField(null=True)
    """Somebody looks at its page, as far as is known, until then."""

    objects = OpenSocketQuerySet.as_manager()

    if TYPE_CHECKING:
        user_id: UUID
