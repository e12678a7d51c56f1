"""Whose tasks are next: a user's n-th running task ranks behind everyone's (n-1)-th (design §4)."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery

from generator.models import Task, TaskCounts


def next_tasks(limit: int) -> list[UUID]:
    """At most `limit` pending tasks in the order in which they should be claimed.

    Looks at the oldest few of at most `limit` users, however many tasks wait.
    """
    users = _users(limit)
    running = _running(list(users))
    waiting: defaultdict[UUID, int] = defaultdict(int)
    ranked = []
    for task_id, owner_id, created_at in _oldest(users):
        waiting[owner_id] += 1
        rank = running.get(owner_id, 0) + waiting[owner_id]
        if rank <= settings.TASKS_PER_USER:
            ranked.append((rank, created_at, task_id))
    return [task_id for _, _, task_id in sorted(ranked, key=itemgetter(0, 1))[:limit]]


def _users(limit: int) -> dict[UUID, object]:
    """The users who should get a turn first, and when the last task was made that each could get now."""
    pending = Task.objects.visible().pending().filter(owner=OuterRef("owner")).order_by("created_at")
    most = min(limit, settings.TASKS_PER_USER)
    rows = TaskCounts.objects.filter(pending__gt=0, running__lt=settings.TASKS_PER_USER).annotate(
        oldest=Subquery(pending.values("created_at")[:1]),
        last=Subquery(pending.values("created_at")[most - 1 : most]),
    )
    return dict(rows.order_by("running", "oldest").values_list("owner", "last")[:limit])


def _running(users: list[UUID]) -> dict[UUID, int]:
    """Hidden tasks count as well until their worker has let go of them."""
    running = Task.objects.running().filter(owner__in=users).order_by()
    return dict(running.values_list("owner").annotate(Count("pk")))


def _oldest(users: dict[UUID, object]) -> list[tuple[UUID, UUID, object]]:
    few = Q(owner__in=[owner for owner, last in users.items() if last is None])
    for owner, last in users.items():
        if last is not None:
            few |= Q(owner=owner, created_at__lte=last)
    pending = Task.objects.visible().pending().filter(few).order_by("created_at")
    return list(pending.values_list("pk", "owner", "created_at"))
