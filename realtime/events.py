"""Writing the event stream: what a transaction changes and what it tells are one commit (interface §4)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Model
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from realtime import bells
from realtime.models import Event, Stream

BELL_BYTES = 65_536
"""A bell carries at most this much; sockets read longer bursts from the database at their own pace."""

M = TypeVar("M", bound=Model)
Payload = dict[str, Any]
Sums = defaultdict[UUID, Counter[str]]
"""By user: how much each column grows."""


def encode(frame: Payload) -> str:
    """Compact JSON without `\\u` escapes, as sockets get it."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)


class Publisher:
    """Gathers the events of one transaction, so that their numbers can be taken last."""

    def __init__(self) -> None:
        self._told: defaultdict[UUID, list[Payload]] = defaultdict(list)
        self._sums: defaultdict[type[Model], Sums] = defaultdict(lambda: defaultdict(Counter))

    def tell(self, user_id: UUID, kind: str, **payload: Any) -> None:
        """Add a durable event of type `kind` to a user's stream.

        A callable stands for a number that others change, too: it is asked once the stream is locked.
        """
        self._told[user_id].append({"type": kind, **payload})

    def add_up(self, counters: type[Model], user_id: UUID, **amounts: int) -> None:
        """Add `amounts` to columns of the user's row of `counters`, whose key is the user.

        It happens last and in order of user id, since a user's tasks share the row: no deadlocks.
        """
        self._sums[counters][user_id].update(amounts)

    def adopt(self, other: Publisher) -> None:
        """Take over what `other` gathered: its part of the transaction succeeded."""
        for counters, sums in other._sums.items():
            for user_id, amounts in sums.items():
                self._sums[counters][user_id].update(amounts)
        for user_id, payloads in other._told.items():
            self._told[user_id].extend(payloads)

    def flush(self) -> None:
        """Number and store everything. The transaction's last act: locks the streams in order of user id."""
        for counters, sums in self._sums.items():
            _locked(counters, list(sums))
            _add(counters, sums)
        if not self._told:
            return
        streams = _locked(Stream, list(self._told))
        _add(Stream, {user_id: Counter(seq=len(told)) for user_id, told in self._told.items()})
        events = [event for stream in streams for event in _numbered(stream, self._told[stream.user_id])]
        Event.objects.bulk_create(events, batch_size=200)
        bells.ring_after_commit(list(_bells_for(events)))


def _locked(counters: type[M], user_ids: list[UUID]) -> list[M]:
    """The users' rows, made where there is none yet, locked in order of user id."""
    rows = counters._default_manager.select_for_update().filter(pk__in=user_ids).order_by("pk")
    locked = list(rows)
    missing = sorted(set(user_ids) - {row.pk for row in locked})
    if missing:
        made = [counters(pk=user_id) for user_id in missing]
        counters._default_manager.bulk_create(made, ignore_conflicts=True)
        locked = list(rows.all())
    return locked


def _add(counters: type[Model], sums: Mapping[UUID, Counter[str]]) -> None:
    """One statement for all users whose amounts are the same."""
    alike: defaultdict[frozenset[tuple[str, int]], list[UUID]] = defaultdict(list)
    for user_id, amounts in sums.items():
        alike[frozenset(amounts.items())].append(user_id)
    for columns, user_ids in alike.items():
        raised = {column: _raised(column, amount) for column, amount in columns}
        counters._default_manager.filter(pk__in=user_ids).update(**raised)


def _raised(column: str, amount: int) -> Combinable:
    """A counter that somebody broke must not keep anything from ending: it stops at 0."""
    return F(column) + amount if amount >= 0 else Greatest(F(column) + amount, 0)


def _numbered(stream: Stream, told: list[Payload]) -> Iterator[Event]:
    for seq, payload in enumerate(told, stream.seq + 1):
        facts = {name: value() if callable(value) else value for name, value in payload.items()}
        frame = encode({"type": facts["type"], "seq": seq, **facts})
        yield Event(user_id=stream.user_id, seq=seq, frame=frame)


def _bells_for(events: Iterable[Event]) -> Iterator[bells.Bell]:
    batches: dict[UUID, list[tuple[int, str]]] = {}
    sizes: defaultdict[UUID, int] = defaultdict(int)
    for event in events:
        sizes[event.user_id] += len(event.frame.encode())
        if sizes[event.user_id] > BELL_BYTES and event.user_id in batches:
            yield _bell(event.user_id, batches.pop(event.user_id))
            sizes[event.user_id] = len(event.frame.encode())
        batches.setdefault(event.user_id, []).append((event.seq, event.frame))
    for user_id, frames in batches.items():
        yield _bell(user_id, frames)


def _bell(user_id: UUID, frames: list[tuple[int, str]]) -> bells.Bell:
    return bells.user_group(user_id), {"type": "stream.events", "frames": frames}


@contextmanager
def publishing() -> Iterator[Publisher]:
    """A transaction that tells: changes and their events commit together, then sockets are rung."""
    publisher = Publisher()
    with transaction.atomic():
        yield publisher
        publisher.flush()


def whispers(user_id: UUID, frames: list[str]) -> bells.Bell:
    """The bell for events without `seq`, encoded, which may be lost or merged."""
    return bells.user_group(user_id), {"type": "stream.whispers", "frames": frames}
