"""Whether an error is the database's, which may be over soon, or the statement's own."""

from __future__ import annotations

import sqlite3
from typing import Final

from django.db import InterfaceError, InternalError, OperationalError

SQLSTATES: Final = ("08", "53", "57P", "58", "25P03", "25P04")
"""Beginnings: connection exception, insufficient resources, operator intervention, system error, a session
that was ended because it stood idle within a transaction (PostgreSQL documentation, appendix A)."""
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
