"""Cutting the fleet off from what its processes share, for a moment."""

from __future__ import annotations

import random
import time

from tests.chaos.fleet import Fleet
from tests.services import Postgres, Redis

REDIS, POSTGRES, CRASH = "Redis killed", "PostgreSQL stopped", "PostgreSQL crashed"
SHORTEST_SECONDS, LONGEST_SECONDS = 0.2, 2.0


class Outages:
    """Takes a service away and brings it back: Redis empty, PostgreSQL with its data."""

    def __init__(self, fleet: Fleet, postgres: Postgres, redis: Redis, dice: random.Random) -> None:
        self.fleet, self.postgres, self.redis, self.dice = fleet, postgres, redis, dice
        self.of_database: list[tuple[float, float]] = []
        """Their beginnings and ends, in monotonic time."""

    def cut(self, kind: str) -> None:
        began = time.monotonic()
        seconds = self.dice.uniform(SHORTEST_SECONDS, LONGEST_SECONDS)
        {REDIS: self.redis.kill, POSTGRES: self.postgres.stop, CRASH: self.postgres.crash}[kind]()
        self.fleet.pause(seconds)
        (self.redis if kind == REDIS else self.postgres).start()
        if kind != REDIS:
            self.of_database.append((began, time.monotonic()))
        print(f"{kind} for {time.monotonic() - began:.1f} s")
