"""Losing a deadlock on PostgreSQL is no failure: the transaction is repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

T = TypeVar("T")

TRIES = 3
SQLSTATES = {"40P01", "40001"}
"""deadlock_detected and serialization_failure (PostgreSQL documentation, appendix A)."""


def lost_a_deadlock(error: object) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") in SQLSTATES


def repeated(transaction: Callable[[], T]) -> T:
    """Run `transaction`, again where it lost a deadlock. Raise the last try's error."""
    for _ in range(TRIES - 1):
        try:
            return transaction()
        except OperationalError as error:
            if not lost_a_deadlock(error):
                raise
    return transaction()
