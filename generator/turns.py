"""Turns at the database: SQLite has one writer at a time and no queue."""

from __future__ import annotations

import time

from django.db import connection

LONG_SECONDS = 0.1
"""After so long a transaction leaves the rest to the next one."""
TURN_SECONDS = 0.11
"""SQLite's waiters look again every 0.1 s at most: whoever commits again at once would never let them in."""


def is_long(seconds: float) -> bool:
    """Whether a transaction has kept others from writing for too long. PostgreSQL's keep their rows only."""
    return seconds > LONG_SECONDS and connection.vendor == "sqlite"


def turn_seconds() -> float:
    """How long to wait between the transactions of a long piece of work."""
    return TURN_SECONDS if connection.vendor == "sqlite" else 0


def let_others_write() -> None:
    time.sleep(turn_seconds())
