"""Reading a user's event stream back from the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from realtime.models import Epoch, Event, Stream

RETENTION = timedelta(days=7)
REPLAY_LIMIT = 5_000
BATCH = 100
NOWHERE = -1
"""A position that no stream can be resumed from."""

Batch = list[tuple[int, str]]
"""`(seq, frame)`, in order."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a socket's stream begins: behind `since`, with `batch`; `reset`: not where it asked."""

    latest: int
    epoch: str
    since: int
    reset: bool
    batch: Batch


def head_of(user_id: UUID) -> tuple[int, str]:
    """The stream's latest `seq` and the database's epoch."""
    theirs = Stream.objects.filter(user=user_id).values("seq")
    seq, epoch = Epoch.objects.annotate(seq=Subquery(theirs)).values_list("seq", "id")[0]
    return seq or 0, str(epoch)


def heads_of(user_ids: Iterable[UUID]) -> dict[UUID, int]:
    """By user: the stream's latest `seq`; those whose stream is empty are left out."""
    return dict(Stream.objects.filter(user__in=set(user_ids)).values_list("user_id", "seq"))


def start_at(user_id: UUID, since: int | None, epoch: str | None = None) -> Start:
    """The stream from `since` on, which was counted in `epoch`; None is from now on."""
    latest, ours = head_of(user_id)
    if since is None:
        return Start(latest, ours, latest, reset=False, batch=[])
    batch = _first_batch(user_id, since, latest) if epoch in {None, ours} else None
    if batch is None:
        return Start(latest, ours, latest, reset=True, batch=[])
    return Start(latest, ours, since, reset=False, batch=batch)


def _first_batch(user_id: UUID, since: int, latest: int) -> Batch | None:
    """What comes next, None unless every event after `since` is still there and young enough."""
    if not 0 <= since <= latest or latest - since > REPLAY_LIMIT:
        return None
    if since == latest:
        return []
    rows = list(_later(user_id, since).values_list("seq", "frame", "created_at")[:BATCH])
    if not rows or rows[0][0] != since + 1 or rows[0][2] <= timezone.now() - RETENTION:
        return None
    return [(seq, frame) for seq, frame, _ in rows]


def events_after(user_id: UUID, since: int) -> Batch:
    """The next events after `since`, at most `BATCH`."""
    return list(_later(user_id, since).values_list("seq", "frame")[:BATCH])


def _later(user_id: UUID, since: int) -> QuerySet[Event]:
    return Event.objects.filter(user=user_id, seq__gt=since).order_by("seq")
