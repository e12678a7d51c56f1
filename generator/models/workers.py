"""The processes that run tasks, and what they must agree on (design §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from core.ids import uuid7

ALIVE_SECONDS = 30
"""A worker refreshes its row every few seconds; one not seen for this long is taken for dead."""


class WorkerQuerySet(models.QuerySet["Worker"]):
    def seen(self) -> Self:
        return self.filter(seen_at__gt=timezone.now() - timedelta(seconds=ALIVE_SECONDS))

    def alive(self) -> Self:
        return self.seen().filter(draining=False)


class Worker(models.Model):
    """One worker process and when it last gave a sign of life."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    slots = models.PositiveIntegerField()
    draining = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Turn(models.Model):
    """One process's turn at a job that only one should do: whoever inserts the row does it.

    `slot` counts the job's intervals since 1970.
    """

    job = models.CharField(max_length=40)
    slot = models.PositiveBigIntegerField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "slot"], name="turn_once")
        ]


class ProviderPause(models.Model):
    """Until when no process should call an endpoint, because it answered 429 (`Retry-After`)."""

    endpoint = models.CharField(max_length=100, primary_key=True)
    until = models.DateTimeField()
