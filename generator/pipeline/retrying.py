"""Asking a model again: the task layer's policy, for every stage's calls (design §4)."""

from __future__ import annotations

import random
from dataclasses import dataclass

from generator.engines.errors import EngineInterrupted, EnginePaused
from generator.pipeline.run import Run

CALLS = 3
"""Calls in a row that may bring nothing before a section is given up."""
PAUSES = 8
"""How often in a row a provider may ask to wait."""
FIRST_WAIT_SECONDS = 0.5


@dataclass
class Patience:
    """Counts one call's failures in a row and says how long to wait, or that it is enough."""

    run: Run
    interruptions: int = 0
    pauses: int = 0

    def gained(self) -> None:
        """The call brought something before it broke off: start counting anew."""
        self.interruptions = self.pauses = 0

    def wait_after(self, error: EngineInterrupted) -> float:
        """Seconds to wait before asking again. Raise `error` when there is no point any more.

        Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
        """
        if isinstance(error, EnginePaused):
            self.pauses += 1
            if self.pauses > PAUSES:
                raise error
            return 0.0
        self.interruptions += 1
        if self.interruptions >= CALLS:
            raise error
        return FIRST_WAIT_SECONDS * 2.0**self.interruptions * random.uniform(0.5, 1)  # noqa: S311
