"""How sending something out of the house can fail, for whoever sends and whoever keeps the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Postponed(Exception):
    """It did not arrive now, and may later: after `seconds` if the other side said so."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Refused(Exception):
    """It will never be taken there. The message says why, without addresses or secrets."""


class BrowserGone(Exception):
    """The push service knows that browser no longer."""


def seconds_until(retry_after: str | None) -> float | None:
    """What `Retry-After` asks for: seconds or an HTTP date (RFC 9110 §10.2.3). None for nothing readable."""
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
