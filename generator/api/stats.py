"""`GET /stats`: what the caller's tasks came to, day by day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.db.models import Count
from ninja import Query, Router
from pydantic import BaseModel, Field

from core.api.auth import SignedInRequest
from core.api.schemas import reads
from generator.models import Task, Worker
from generator.stats import days_of

router = Router(tags=["tasks"])
OPEN = ("pending", "running")


class Day(BaseModel):
    """Tasks that ended on this day (UTC)."""

    date: date
    completed: int
    failed: int
    cancelled: int
    cases: int
    accepted: Annotated[int, Field(description="Cases that were accepted in review.")]
    tokens: Annotated[int, Field(description="Input and output together.")]
    cost: Annotated[float | None, Field(description="Null when no task had a price.")]
    p50_seconds: Annotated[
        float | None,
        Field(description="How long completed tasks took, first start to end; null without any."),
    ]
    p95_seconds: float | None


class Now(BaseModel):
    pending: int
    running: int
    workers: Annotated[int, Field(description="Live workers of the site, whoever's tasks they run.")]


class Stats(BaseModel):
    days: list[Day]
    now: Now


@router.get("/stats", response=reads(Stats, 422), summary="Daily totals")
def get_stats(
    request: SignedInRequest,
    days: Annotated[int, Query(ge=1, le=365, description="How many days, the last of which is today.")] = 30,
) -> dict[str, Any]:
    """Your own tasks by the day (UTC) on which they ended, oldest first, days without any included.

    Totals outlive the cleaning of tasks. `now` is what waits and runs at this moment.
    """
    own = Task.objects.owned_by(request.user).filter(status__in=OPEN).order_by()
    now = dict.fromkeys(OPEN, 0) | dict(own.values_list("status").annotate(Count("pk")))
    return {"days": days_of(request.user, days), "now": {**now, "workers": Worker.objects.alive().count()}}
