"""The open sockets of all processes, as rows: written in batches, read by everybody (design §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import User
from realtime.bells import Bell
from realtime.models import SOCKET_ALIVE, OpenSocket
from realtime.presence import Whereabouts, online_among

SOCKETS_PER_USER = 20
ACTIVE_FOR = timedelta(seconds=75)
"""How long a page counts as looked at after it last said so; it says so every 30 s."""
LEFT_FOR = timedelta(seconds=15)
"""How long the sockets of a process that ended in order still count: its pages open them anew elsewhere."""


@dataclass(slots=True)
class Changes:
    """What a process has to write about its sockets."""

    opened: dict[UUID, OpenSocket] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)
    looks: dict[UUID, bool] = field(default_factory=dict)
    """By socket: whether its page is looked at."""
    returned: set[UUID] = field(default_factory=set)
    """Users who were away only for a moment."""

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.looks)

    def close(self, socket_id: UUID) -> None:
        """A socket whose opening was never written needs no row at all."""
        self.looks.pop(socket_id, None)
        if self.opened.pop(socket_id, None) is None:
            self.closed.add(socket_id)

    def followed_by(self, later: Changes) -> Changes:
        """Both, when these could not be written. What was in doubt is closed again."""
        closed = self.closed | later.closed
        kept = {key: row for key, row in self.opened.items() if key not in closed}
        looks = {key: look for key, look in (self.looks | later.looks).items() if key not in closed}
        return Changes(kept | later.opened, closed, looks, self.returned | later.returned)


@dataclass(frozen=True, slots=True)
class News:
    """What follows from the rows."""

    too_many: dict[UUID, list[UUID]]
    """By user: sockets that must close."""
    bells: list[Bell]
    greetings: dict[UUID, list[str]]


def record(changes: Changes, gone: set[UUID]) -> News:
    """Write `changes`. `gone` are users whose last socket of this process closed some time ago."""
    if changes:
        _store(changes)
    # After the commit: of two processes that open sockets at once, the later one sees all.
    users = {row.user_id for row in changes.opened.values()}
    rows = _alive_of(users)
    came = {user for user, ids in rows.items() if changes.opened.keys() >= set(ids)}
    back = came & changes.returned
    left = gone - online_among(gone) if gone else set()
    if not users and not left:
        return News({}, [], {})
    whereabouts = Whereabouts(came=came - back, back=back, left=left, greeted=users)
    return News(_surplus(rows), whereabouts.bells(), whereabouts.greetings())


def _store(changes: Changes) -> None:
    try:
        _write(changes)
    except IntegrityError:  # an account was deleted behind its socket
        users = {row.user_id for row in changes.opened.values()}
        there = set(User.objects.filter(pk__in=users).values_list("pk", flat=True))
        changes.opened = {key: row for key, row in changes.opened.items() if row.user_id in there}
        _write(changes)


@transaction.atomic
def _write(changes: Changes) -> None:
    now = timezone.now()
    for row in changes.opened.values():
        row.seen_at = now
        row.active_until = now + ACTIVE_FOR if changes.looks.get(row.pk) else None
    OpenSocket.objects.bulk_create(changes.opened.values(), ignore_conflicts=True, batch_size=200)
    if changes.closed:
        OpenSocket.objects.filter(pk__in=changes.closed).delete()
    for visible, until in ((True, now + ACTIVE_FOR), (False, None)):
        ids = [key for key, look in changes.looks.items() if look is visible and key not in changes.opened]
        if ids:
            OpenSocket.objects.filter(pk__in=ids).update(active_until=until)


def _alive_of(user_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """By user: the ids of their sockets, oldest first."""
    rows: defaultdict[UUID, list[UUID]] = defaultdict(list)
    if user_ids:
        theirs = OpenSocket.objects.alive().filter(user__in=user_ids).order_by("opened_at", "pk")
        for user_id, socket_id in theirs.values_list("user_id", "pk"):
            rows[user_id].append(socket_id)
    return rows


def _surplus(rows: dict[UUID, list[UUID]]) -> dict[UUID, list[UUID]]:
    return {user: ids[:-SOCKETS_PER_USER] for user, ids in rows.items() if len(ids) > SOCKETS_PER_USER}


@dataclass(frozen=True, slots=True)
class Beat:
    """What a process learns at its heartbeat."""

    seen: int
    """How many rows it has."""
    departed: set[UUID]
    """Users of sockets whose process died."""
    too_many: dict[UUID, list[UUID]]


def beat(process: UUID, user_ids: Iterable[UUID]) -> Beat:
    """Say that the sockets of `process` live; take away those that nobody says this of."""
    seen = OpenSocket.objects.filter(process=process).update(seen_at=timezone.now())
    dead = dict(OpenSocket.objects.dead().values_list("pk", "user_id"))
    if dead:
        OpenSocket.objects.filter(pk__in=dead).delete()
    return Beat(seen, set(dead.values()), _surplus(_alive_of(set(user_ids))))


def leave(process: UUID) -> None:
    """The process ends: let its rows die soon, and whoever sweeps them tell who did not come back."""
    OpenSocket.objects.filter(process=process).update(seen_at=timezone.now() - SOCKET_ALIVE + LEFT_FOR)
