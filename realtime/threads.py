"""The threads in which sockets ask the database: a few, each with a connection that it keeps.

Channels' own hop runs everything of a process in one thread and opens a connection for each question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import Error as DatabaseError
from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
AT_ONCE = 2 * THREADS
"""Questions; more would only pile up answers that the loop has no time for."""
CACHE_KIB = 2_000
"""What SQLite may keep of the file for each thread: they read each event about once."""


class Lane:
    """One thread and its connection."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="sockets")
        self.waiting = 0

    async def run(self, question: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        self.waiting += 1
        answer = asyncio.get_running_loop().run_in_executor(
            self._executor, lambda: _ask(question, *args, **named)
        )
        try:
            return await answer
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """End once all that waits is answered."""
        self._executor.submit(lambda: connection.close())
        self._executor.shutdown(wait=False)


class Threads:
    """Lanes, of which the least busy one takes a question."""

    def __init__(self) -> None:
        self._lanes: list[Lane] = []
        self._asking = 0

    async def run(self, question: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What `question` gives, asked in a thread."""
        if not self._lanes:
            self._lanes, self._turn = [Lane() for _ in range(THREADS)], asyncio.Semaphore(AT_ONCE)
        self._asking += 1
        try:
            async with self._turn:
                lane = min(self._lanes, key=lambda lane: lane.waiting)
                return await lane.run(question, *args, **named)
        finally:
            self._asking -= 1

    def close(self) -> None:
        """Give threads and connections back, unless they are used. The next question opens new ones."""
        if not self._asking:
            lanes, self._lanes = self._lanes, []
            for lane in lanes:
                lane.close()


def _ask(question: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """A connection that broke while it was kept is no answer: ask once more over a new one."""
    kept = connection.connection is not None
    if not kept and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    try:
        return question(*args, **named)
    except DatabaseError:
        broken = kept and not connection.is_usable()
        connection.close()
        if not broken:
            raise
    return question(*args, **named)


THREADS_OF_SOCKETS = Threads()
