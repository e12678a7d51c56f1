"""Writing the event stream: what a transaction changes and what it tells are one commit (interface §4)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from realtime import bells
from realtime.models import Epoch, Event, Stream

BELL_BYTES = 65_536
"""A bell carries at most this much; sockets read longer bursts from the database at their own pace."""

Payload = dict[str, Any]


def encode(frame: Payload) -> str:
    """Compact JSON without `\\u` escapes, as sockets get it."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)


class Publisher:
    """Gathers the events of one transaction, so that their numbers can be taken last."""

    def __init__(self) -> None:
        self._told: defaultdict[UUID, list[Payload]] = defaultdict(list)
        self._last: list[tuple[UUID, Callable[[], None]]] = []

    def tell(self, user_id: UUID, kind: str, **payload: Any) -> None:
        """Add a durable event of type `kind` to a user's stream."""
        self._told[user_id].append({"type": kind, **payload})

    def at_the_end(self, user_id: UUID, change: Callable[[], None]) -> None:
        """Make `change` to a row that a user's tasks share last, in order of user id: no deadlocks."""
        self._last.append((user_id, change))

    def adopt(self, other: Publisher) -> None:
        """Take over what `other` gathered: its part of the transaction succeeded."""
        self._last.extend(other._last)
        for user_id, payloads in other._told.items():
            self._told[user_id].extend(payloads)

    def flush(self) -> None:
        """Number and store everything. The transaction's last act: locks the streams in order of user id."""
        for _, change in sorted(self._last, key=itemgetter(0)):
            change()
        if not self._told:
            return
        events = list(chain.from_iterable(_numbered(stream, told) for stream, told in self._locked()))
        Event.objects.bulk_create(events, batch_size=200)
        bells.ring_after_commit(list(_bells_for(events)))

    def _locked(self) -> Iterator[tuple[Stream, list[Payload]]]:
        Stream.objects.bulk_create(
            [Stream(user_id=user_id) for user_id in sorted(self._told)], ignore_conflicts=True
        )
        streams = Stream.objects.select_for_update().filter(user__in=self._told).order_by("user_id")
        for stream in streams:
            yield stream, self._told[stream.user_id]


def _numbered(stream: Stream, told: list[Payload]) -> list[Event]:
    first = stream.seq + 1
    stream.seq += len(told)
    stream.save(update_fields=["seq"])
    return [
        Event(
            user_id=stream.user_id,
            seq=seq,
            frame=encode({"type": payload["type"], "seq": seq, **payload}),
        )
        for seq, payload in enumerate(told, first)
    ]


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


def whisper(user_ids: Iterable[UUID], kind: str, **payload: Any) -> list[bells.Bell]:
    """Bells for an event without `seq`, which may be lost or merged."""
    frame = encode({"type": kind, **payload})
    return [(bells.user_group(user_id), {"type": "stream.whisper", "frame": frame}) for user_id in user_ids]


def latest_seq(user_id: UUID) -> int:
    """The number of the user's latest event, 0 before the first."""
    return Stream.objects.filter(user=user_id).values_list("seq", flat=True).first() or 0


def epoch() -> str:
    """The database's name in `hello` and `reset`."""
    return str(Epoch.objects.values_list("id", flat=True)[0])
