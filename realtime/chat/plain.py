"""Text of messages where there is room for one line: quotes, lists, notifications."""

from __future__ import annotations

import re

EXCERPT_LIMIT = 200
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides and isolates of the writing direction: left open they turn what stands behind them around."""


def without_direction(text: str) -> str:
    return DIRECTION.sub("", text)


def excerpt(text: str) -> str:
    """The beginning of `text`, harmless to what stands beside it."""
    plain = without_direction(text)
    return plain if len(plain) <= EXCERPT_LIMIT else plain[: EXCERPT_LIMIT - 1] + "…"
