"""What reading one file may cost. The reader's process sets them on itself; its parent holds it to them."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` on the clock and of processor time alike; `output_mb` is text and pictures together."""

    seconds: int = 60
    memory_mb: int = 1024
    output_mb: int = 32

    def set(self) -> None:
        """Hold this process to them, and to writing no file. What the system does not know is left out."""
        self._set("RLIMIT_AS", self.memory_mb * MB)
        self._set("RLIMIT_CPU", self.seconds)
        self._set("RLIMIT_FSIZE", 0)
        self._set("RLIMIT_CORE", 0)

    def _set(self, name: str, most: int) -> None:
        kind = getattr(resource, name)
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, hard))
        except (ValueError, OSError):  # macOS takes no limit of address space
            return
