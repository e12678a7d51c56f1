"""Rows behind the event stream and the notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.ids import uuid7
from realtime.notifications.models import Notification

__all__ = ["Epoch", "Event", "Notification", "Stream"]


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
