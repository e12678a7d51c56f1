"""Dates and times of day, in the ways that requirements write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_DATE = re.compile(
    rf"(?<!\d)(?P<y1>\d{{4}})[-/.年]\s?(?P<m1>\d{{1,2}})[-/.月]\s?(?P<d1>\d{{1,2}})(?:日|(?!\d))"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m2>{_MONTH})\.?,?\s(?P<y2>\d{{4}})"
    rf"|\b(?P<m3>{_MONTH})\.?\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>\d{{4}})",
    re.I,
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])\s?(?P<half>[ap]\.?m\b)?", re.I
)


@dataclass(frozen=True, slots=True)
class Moment:
    """`points` are the day (or minute) before, itself and the one after."""

    points: tuple[str, str, str]
    clock: bool
    start: int
    end: int


def moments(text: str) -> Iterator[Moment]:
    yield from dates(text)
    yield from _clocks(text)


def dates(text: str) -> Iterator[Moment]:
    for found in _DATE.finditer(text):
        day = _day(found)
        if day:
            around = tuple(str(day + timedelta(days=shift)) for shift in (-1, 0, 1))
            yield Moment((around[0], around[1], around[2]), False, found.start(), found.end())


def _day(found: re.Match[str]) -> date | None:
    year, month, day = (found[f"{part}{form}"] for form in (1, 2, 3) if found[f"y{form}"] for part in "ymd")
    number = int(month) if month.isdigit() else 1 + [name[:3] for name in _MONTHS].index(month[:3].lower())
    try:
        middle = date(int(year), number, int(day))
    except ValueError:
        return None
    return middle if date.min < middle < date.max else None


def _clocks(text: str) -> Iterator[Moment]:
    for found in _CLOCK.finditer(text):
        hour = int(found["hour"]) % 24
        if found["half"] and found["half"].lower().startswith("p"):
            hour = hour % 12 + 12
        minute = hour * 60 + int(found["minute"])
        shown = [f"{at // 60 % 24:02}:{at % 60:02}" for at in (minute - 1, minute, minute + 1)]
        yield Moment((shown[0], shown[1], shown[2]), True, found.start(), found.end())
