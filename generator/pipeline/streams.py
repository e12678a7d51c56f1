"""Who may open the next stream: every running task has one to itself, what is left goes to whoever asks."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import UUID


class Streams:
    """A worker's `LLM_CONCURRENCY` streams.

    A worker claims at most as many tasks as it has streams, so a task that was claimed never starves behind
    another's many sections: those get what is left once each task could have one.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._open: Counter[UUID] = Counter()
        self._tasks: set[UUID] = set()
        self._waiting: list[tuple[UUID, asyncio.Future[None]]] = []

    def enter(self, task_id: UUID) -> None:
        """Keep a stream for this task until it leaves."""
        self._tasks.add(task_id)

    def leave(self, task_id: UUID) -> None:
        self._tasks.discard(task_id)
        self._hand_out()

    async def acquire(self, task_id: UUID) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((task_id, turn))
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(task_id)
            raise

    def release(self, task_id: UUID) -> None:
        self._free += 1
        self._open[task_id] -= 1
        if not self._open[task_id]:
            del self._open[task_id]
        self._hand_out()

    def _hand_out(self) -> None:
        self._waiting = [waiting for waiting in self._waiting if not waiting[1].done()]
        while self._waiting and self._free:
            task_id, turn = min(self._waiting, key=lambda waiting: self._open[waiting[0]])
            if self._open[task_id] and self._free <= len(self._tasks - self._open.keys()):
                break
            self._waiting.remove((task_id, turn))
            self._free -= 1
            self._open[task_id] += 1
            turn.set_result(None)
