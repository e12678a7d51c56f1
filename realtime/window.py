"""How much of what a socket was sent its client has acknowledged (interface §4, "Clients acknowledge")."""

from __future__ import annotations

import time
from collections import deque

KIB = 1024
WHISPER_BUDGET = 64 * KIB
REPLAY_BUDGET = 256 * KIB
DEAF_BUDGET = 512 * KIB
DEAF_AFTER_SECONDS = 2.0
"""How long a client that owes too much has for an acknowledgement: one burst must not cut a healthy one."""


class Window:
    """Counts the bytes of one socket's frames that its client has not acknowledged."""

    def __init__(self) -> None:
        self._sizes: deque[int] = deque()
        self._acknowledged = 0
        self._held_back = 0
        self._full_since: float | None = None
        self.unacknowledged = 0

    def sent(self, size: int) -> None:
        """A frame of `size` bytes went out."""
        self._sizes.append(size)
        self.unacknowledged += size
        if not self.takes_replay:
            self._full_since = self._full_since or time.monotonic()

    def hold_back(self, size: int) -> None:
        """A live frame of `size` bytes must wait for the client to catch up."""
        self._held_back += size
        self._full_since = self._full_since or time.monotonic()

    def acknowledge(self, frames: int) -> None:
        """The client has received `frames` frames so far; a number that it can't have seen counts as all.

        One that says nothing new while frames are under way is no sign of hearing.
        """
        if self._sizes and frames <= self._acknowledged:
            return
        while self._sizes and self._acknowledged < frames:
            self.unacknowledged -= self._sizes.popleft()
            self._acknowledged += 1
        self._held_back = 0
        self._full_since = None if self.takes_replay else time.monotonic()

    @property
    def takes_whispers(self) -> bool:
        return self.unacknowledged <= WHISPER_BUDGET

    @property
    def takes_replay(self) -> bool:
        return self.unacknowledged <= REPLAY_BUDGET

    @property
    def owes_too_much(self) -> bool:
        """Whether too much was sent unseen, or is held back, since the last acknowledgement."""
        return self.unacknowledged + self._held_back > DEAF_BUDGET

    @property
    def deaf(self) -> bool:
        """Whether it owes too much and has acknowledged nothing for `DEAF_AFTER_SECONDS`."""
        since = self._full_since
        return self.owes_too_much and since is not None and time.monotonic() - since >= DEAF_AFTER_SECONDS
