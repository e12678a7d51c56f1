"""What a task must be after each transition: the model beside the state machine, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from generator.transitions import RESCUES


@dataclass
class Known:
    """What the model knows of one task."""

    owner: int
    status: str = "pending"
    lease: int = 0
    holder: int | None = None
    expired: bool = False
    attempt: int = 0
    rescues: int = 0
    round: int = 1
    cases: int = 0
    notes: int = 0
    error: str = ""
    hidden: bool = False
    cancel: bool = False
    members: set[int] = field(default_factory=set)

    def is_open(self) -> bool:
        return self.status in {"pending", "running"}

    def is_running(self) -> bool:
        return self.status == "running"

    def is_claimable(self) -> bool:
        return self.status == "pending" and not self.hidden

    def is_retriable(self) -> bool:
        return self.status in {"failed", "cancelled"}

    def is_as_seen(self, status: str, number: int) -> bool:
        """Whether it has not moved on since: an end of a later round is another one."""
        return (self.status, self.round) == (status, number)

    def is_hidden(self) -> bool:
        return self.hidden

    def is_expired(self) -> bool:
        return self.expired

    def be_claimed(self, worker: int) -> None:
        self.status, self.holder, self.expired = "running", worker, False
        self.lease, self.attempt = self.lease + 1, self.attempt + 1

    def leave(self, status: str, error: str = "") -> None:
        """Running no more, and perhaps ended."""
        self.status, self.holder, self.expired = status, None, False
        if not self.is_open():
            self.error, self.cancel = error, False
            self.notes += not self.hidden

    def be_cancelled(self) -> None:
        if self.status == "pending":
            self.leave("cancelled")
        self.cancel = self.is_running()

    def be_released(self) -> None:
        if self.cancel:
            self.leave("cancelled")
        else:
            self.attempt -= 1
            self.leave("pending")

    def be_rescued(self) -> None:
        if self.cancel:
            self.leave("cancelled")
        elif self.rescues == RESCUES:
            self.leave("failed", "worker_lost")
        else:
            self.rescues += 1
            self.leave("pending")

    def begin_round(self) -> None:
        self.status, self.error = "pending", ""
        self.round, self.attempt, self.rescues = self.round + 1, 0, 0


def assert_oldest_first(tasks: Mapping[UUID, Known], claimed: set[UUID]) -> None:
    """Of each user's tasks, in the order of their requests, those that have waited longest."""
    for user in {known.owner for known in tasks.values()}:
        waiting = [pk for pk, known in tasks.items() if known.owner == user and known.is_claimable()]
        mine = [pk for pk in waiting if pk in claimed]
        assert mine == waiting[: len(mine)]


def assert_fair(tasks: Collection[Known], served: list[int], limit: int, most: int) -> None:
    """Nobody got an n-th task while somebody with fewer waits, and no slot stays empty needlessly."""
    running = Counter(known.owner for known in tasks if known.is_running())
    waiting = {known.owner for known in tasks if known.is_claimable() and running[known.owner] < most}
    assert len(served) == limit or not waiting
    assert all(running[user] <= running[other] + 1 for user in served for other in waiting)
