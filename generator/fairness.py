"""Whose tasks are next: a user's n-th running task ranks behind everyone's (n-1)-th (design §4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from generator.models import Task, TaskCounts


@dataclass(frozen=True, slots=True)
class Claimant:
    """A user whose tasks wait: how many run, and when the last was made that could be claimed now.

    `last` is None where fewer wait than could be.
    """

    running: int
    last: object


def next_tasks(limit: int) -> list[UUID]:
    """At most `limit` pending tasks in the order in which they should be claimed.

    Looks at the oldest few of at most `limit` users, however many tasks wait.
    """
    claimants = _claimants(limit)
    waiting: defaultdict[UUID, int] = defaultdict(int)
    ranked = []
    for task_id, owner_id, created_at in _oldest(claimants):
        waiting[owner_id] += 1
        rank = claimants[owner_id].running + waiting[owner_id]
        if rank <= settings.TASKS_PER_USER:
            ranked.append((rank, created_at, task_id))
    return [task_id for _, _, task_id in sorted(ranked, key=itemgetter(0, 1))[:limit]]


def _claimants(limit: int) -> dict[UUID, Claimant]:
    """The users who should be served first. Hidden tasks run until their worker has let go of them.

    A shared task waits in its owner's turn: whom it only is shared with has none.
    """
    theirs = Task.objects.filter(owner=OuterRef("owner"))
    pending = theirs.visible().pending().order_by("created_at")
    running = theirs.running().order_by().values("owner").annotate(number=Count("pk")).values("number")
    most = min(limit, settings.TASKS_PER_USER)
    waiting = TaskCounts.objects.filter(pending__gt=0).annotate(
        now_running=Coalesce(Subquery(running), 0),
        oldest=Subquery(pending.values("created_at")[:1]),
        last=Subquery(pending.values("created_at")[most - 1 : most]),
    )
    served = waiting.filter(now_running__lt=settings.TASKS_PER_USER, oldest__isnull=False)
    rows = served.order_by("now_running", "oldest").values_list("owner", "now_running", "last")[:limit]
    return {owner_id: Claimant(number, last) for owner_id, number, last in rows}


def _oldest(claimants: dict[UUID, Claimant]) -> list[tuple[UUID, UUID, object]]:
    few = Q(owner__in=[owner_id for owner_id, claimant in claimants.items() if claimant.last is None])
    for owner_id, claimant in claimants.items():
        if claimant.last is not None:
            few |= Q(owner=owner_id, created_at__lte=claimant.last)
    pending = Task.objects.visible().pending().filter(few).order_by("created_at")
    return list(pending.values_list("pk", "owner", "created_at"))
