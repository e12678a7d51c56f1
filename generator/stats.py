"""What a user's tasks came to, by the day (UTC) on which they ended.

A fact is in one place at a time. A task's row holds its status, cases, tokens, cost and duration; its cases'
rows hold what was accepted. Cleaning moves each into the day's `DailyTotal` in the transaction that deletes
the very row, so that a round may die between any two batches: nothing is lost or counted twice, and `days_of`
gives the same before, between and after. A task that never ended counts nowhere.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from core.models import User
from generator.models import Case, DailyTotal, Task
from generator.models.cases import CaseQuerySet

FACTS = "owner_id status started_at finished_at cases_count input_tokens output_tokens cost".split()
"""The columns of a task that its day is told of."""


def roll_up_tasks(tasks: Iterable[Task]) -> None:
    """Add `tasks` to their days, within the transaction that deletes their rows."""
    by_day: defaultdict[tuple[UUID, date], list[Task]] = defaultdict(list)
    for task in tasks:
        if task.finished_at:
            by_day[task.owner_id, _day(task.finished_at)].append(task)
    for day, ended in sorted(by_day.items(), key=itemgetter(0)):
        total = _locked(*day)
        for task in ended:
            _add(total, task)
        total.save()


def roll_up_accepted(cases: CaseQuerySet) -> None:
    """Add those of `cases` that stand and are accepted, within the transaction that deletes their rows."""
    for owner_id, day, accepted in sorted(_accepted(cases)):
        total = _locked(owner_id, day)
        total.accepted += accepted
        total.save(update_fields=["accepted"])


def days_of(user: User, number: int) -> list[dict[str, Any]]:
    """The last `number` days, today's last: what was cleaned away and what is there, hidden or not."""
    today = _day(timezone.now())
    window = [today - timedelta(days=ago) for ago in reversed(range(number))]
    kept = {total.date: total for total in DailyTotal.objects.filter(owner=user, date__gte=window[0])}
    totals = {day: kept.get(day) or DailyTotal(owner=user, date=day) for day in window}
    midnights = [datetime.combine(day, time.min, UTC) for day in (window[0], today + timedelta(days=1))]
    ended = Task.objects.filter(owner=user, finished_at__gte=midnights[0], finished_at__lt=midnights[1])
    for task in ended.order_by().values_list(*FACTS, named=True):
        _add(totals[_day(task.finished_at)], task)
    for _owner, day, accepted in _accepted(Case.objects.filter(task__in=ended.order_by())):
        totals[day].accepted += accepted
    return [_payload(total) for total in totals.values()]


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _locked(owner_id: UUID, day: date) -> DailyTotal:
    return DailyTotal.objects.select_for_update().get_or_create(owner_id=owner_id, date=day)[0]


def _add(total: DailyTotal, task: Any) -> None:
    """Add the `FACTS` of `task`, a row or a model."""
    setattr(total, task.status, getattr(total, task.status) + 1)
    total.cases += task.cases_count
    total.tokens += task.input_tokens + task.output_tokens
    if task.cost is not None:
        total.cost = (total.cost or Decimal()) + task.cost
    if task.status == Task.Status.COMPLETED and task.started_at:
        total.seconds.append(max(0.0, round((task.finished_at - task.started_at).total_seconds(), 3)))


def _accepted(cases: CaseQuerySet) -> Iterator[tuple[UUID, date, int]]:
    """How many of `cases` stand and are accepted, by owner and the day on which their task ended."""
    accepted = cases.standing().filter(review=Case.Review.ACCEPTED).exclude(task__finished_at=None)
    by_day = accepted.order_by().values("task__owner", day=TruncDate("task__finished_at", tzinfo=UTC))
    yield from by_day.annotate(number=Count("pk")).values_list("task__owner", "day", "number")


def _payload(total: DailyTotal) -> dict[str, Any]:
    fields = "date completed failed cancelled cases accepted tokens cost".split()
    p50, p95 = _percentiles(total.seconds)
    return {field: getattr(total, field) for field in fields} | {"p50_seconds": p50, "p95_seconds": p95}


def _percentiles(seconds: list[float]) -> tuple[float | None, float | None]:
    """The median and the 95th percentile, interpolated; nothing for nothing."""
    if not seconds:
        return None, None
    # `quantiles` wants two values where a single one is all its own percentiles.
    twentieths = statistics.quantiles(seconds * 2 if len(seconds) == 1 else seconds, n=20, method="inclusive")
    return round(twentieths[9], 3), round(twentieths[18], 3)
