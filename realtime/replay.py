"""Reading a user's event stream back from the database."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from realtime.events import epoch, latest_seq
from realtime.models import Event

RETENTION = timedelta(days=7)
REPLAY_LIMIT = 5_000
BATCH = 100


def head_of(user_id: UUID) -> tuple[int, str]:
    """The stream's latest `seq` and the database's epoch."""
    return latest_seq(user_id), epoch()


def can_resume(user_id: UUID, since: int, latest: int) -> bool:
    """Whether every event after `since` is still there and young enough to be replayed."""
    if not 0 <= since <= latest or latest - since > REPLAY_LIMIT:
        return False
    if since == latest:
        return True
    first = Event.objects.filter(user=user_id, seq=since + 1).values_list("created_at", flat=True).first()
    return first is not None and first > timezone.now() - RETENTION


def events_after(user_id: UUID, since: int) -> list[tuple[int, str]]:
    """The next events after `since`, at most `BATCH`: `(seq, frame)`."""
    later = Event.objects.filter(user=user_id, seq__gt=since).order_by("seq")
    return list(later.values_list("seq", "frame")[:BATCH])
