"""Quiet hours: when nothing leaves the house. What comes meanwhile waits for their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

WEEK = range(7)
MOST_IN_A_ROW = 2 * len(WEEK)
"""Periods that can touch one another: six whole days, and what a change of the clocks makes overlap."""


@cache
def time_zones() -> frozenset[str]:
    """The zones that people can choose: regions and cities, and UTC."""
    return frozenset(
        name for name in available_timezones() if name == "UTC" or (name[0].isupper() and "/" in name)
    )


def quiet_until(quiet: Mapping[str, Any] | None, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` is, None outside of them.

    `quiet` is `{days, from, to, timezone}`: each of the days (Monday is 0) begins a period at `from`, which
    lasts until `to` on that day or else on the next one; equal times make a whole day of it.
    """
    if quiet is None:
        return None
    until = now.astimezone(UTC)
    for _number in range(MOST_IN_A_ROW):
        ends = [end for start, end in _periods_around(quiet, until) if start <= until < end]
        if not ends:
            break
        until = max(ends)
    return until if until > now else None


def never_ends(quiet: Mapping[str, Any]) -> bool:
    """Whether whole days follow each other for ever."""
    return quiet["from"] == quiet["to"] and set(quiet["days"]) == set(WEEK)


def _periods_around(quiet: Mapping[str, Any], moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Those that begin on the local day of `moment` or within two days before it, in UTC."""
    zone = ZoneInfo(quiet["timezone"])
    begin, end = time.fromisoformat(quiet["from"]), time.fromisoformat(quiet["to"])
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=back) for back in (2, 1, 0)):
        if day.weekday() in quiet["days"]:
            last = day if end > begin else day + timedelta(days=1)
            yield _instant(day, begin, zone), _instant(last, end, zone)


def _instant(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Where clocks go back, the first of the two; where they skip it, as much later as they skip."""
    return datetime.combine(day, moment, zone).astimezone(UTC)
