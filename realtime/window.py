"""How much of what a socket was sent its client has acknowledged (interface §4, "Clients acknowledge")."""

from __future__ import annotations

from collections import deque

KIB = 1024
WHISPER_BUDGET = 64 * KIB
REPLAY_BUDGET = 256 * KIB
DEAF_BUDGET = 512 * KIB


class Window:
    """Counts the bytes of one socket's frames that its client has not acknowledged."""

    def __init__(self) -> None:
        self._sizes: deque[int] = deque()
        self._acknowledged = 0
        self._held_back = 0
        self.unacknowledged = 0

    def sent(self, size: int) -> None:
        """A frame of `size` bytes went out."""
        self._sizes.append(size)
        self.unacknowledged += size

    def hold_back(self, size: int) -> None:
        """A live frame of `size` bytes must wait for the client to catch up."""
        self._held_back += size

    def acknowledge(self, frames: int) -> None:
        """The client has received `frames` frames so far; a number that it can't have seen counts as all."""
        while self._sizes and self._acknowledged < frames:
            self.unacknowledged -= self._sizes.popleft()
            self._acknowledged += 1
        self._held_back = 0

    @property
    def takes_whispers(self) -> bool:
        return self.unacknowledged <= WHISPER_BUDGET

    @property
    def takes_replay(self) -> bool:
        return self.unacknowledged <= REPLAY_BUDGET

    @property
    def deaf(self) -> bool:
        """Too much is owed since the last acknowledgement: sent and still unseen, or held back."""
        return self.unacknowledged + self._held_back > DEAF_BUDGET
