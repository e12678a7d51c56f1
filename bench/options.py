"""What whoever runs a benchmark chose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    only: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: tuple[int, ...]
    quick: bool
    profile: bool

    @property
    def repetitions(self) -> int:
        return 1 if self.quick else 3
