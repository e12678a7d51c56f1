"""Events for the benchmarks of sockets, told by the process that stands beside the product."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from django.db import transaction

from bench.claiming import ring_as_processes_do
from core.models import User
from realtime.events import publishing

FILLING = "x" * 700
"""With its frame an event is about as long as a `task.updated`."""


def tell_each(users: list[str], rounds: int, pause: float) -> dict[str, float]:
    """One event for each of `users` in turn, each a transaction of its own; when each was committed.

    Keys are the events' marks. Times are `time.monotonic`, taken before sockets are rung.
    """
    ring_as_processes_do()
    committed: dict[str, float] = {}
    ids = _ids_of(users)
    for number in range(rounds):
        for place, user_id in enumerate(ids):
            mark = f"{number}-{place}"
            with publishing() as publisher:
                transaction.on_commit(partial(_note, committed, mark))
                publisher.tell(user_id, "task.deleted", id=mark, filling=FILLING)
            time.sleep(pause)
    return committed


def tell_all(users: list[str], events: int) -> float:
    """`events` for each of `users`, in one transaction for each round; when the first was committed."""
    ring_as_processes_do()
    ids, committed = _ids_of(users), dict[str, float]()
    for number in range(events):
        with publishing() as publisher:
            transaction.on_commit(partial(_note, committed, str(number)))
            for user_id in ids:
                publisher.tell(user_id, "task.deleted", id=str(number), filling=FILLING)
    return committed["0"]


def _note(committed: dict[str, float], mark: str) -> None:
    committed[mark] = time.monotonic()


def _ids_of(users: list[str]) -> list[Any]:
    ids = dict(User.objects.filter(username__in=users).values_list("username", "pk"))
    return [ids[name] for name in users]
