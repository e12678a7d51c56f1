"""Whether an error is the database's, which may be over soon, or the statement's own."""

from __future__ import annotations

import sqlite3
from typing import Final

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

from core.deadlocks import lost_a_deadlock

SQLSTATES: Final = ("08", "53", "57P", "58")
"""Beginnings: connection exception, insufficient resources, operator intervention, system error (PostgreSQL
documentation, appendix A)."""
STOOD_IDLE: Final = ("25P03", "25P04")
"""A session that was ended because it stood idle within a transaction, or that took too long."""
SQLITE_CODES: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
"""Primary result codes that another try may not meet again (sqlite.org/rescode.html)."""


def is_outage(error: object) -> bool:
    """Whether `error` came because the database was away, full or busy: the same statement may work later."""
    if not isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    state = getattr(cause, "sqlstate", None)
    if state is None:  # the connection itself broke, so no server named a state
        return not isinstance(error, InternalError)
    return str(state).startswith(SQLSTATES)


def deserves_another_try(error: object) -> bool:
    """Whether to repeat what failed a few times: it lost a deadlock, or its process was stopped within it."""
    state = getattr(getattr(error, "__cause__", None), "sqlstate", None)
    return lost_a_deadlock(error) or (isinstance(error, DatabaseError) and state in STOOD_IDLE)
