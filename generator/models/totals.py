"""What is left of tasks that were cleaned away: charts outlive them (design §4)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class DailyTotal(models.Model):
    """One user's tasks that ended on `date` (UTC) and are deleted by now.

    `seconds` holds how long each completed one took, for percentiles.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="daily_totals")
    date = models.DateField()
    completed = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    cancelled = models.PositiveBigIntegerField(default=0)
    cases = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    seconds = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "date"], name="daily_total_once")
        ]
