"""Numbers with their units in a case's text, read without the engine's own reader: nobody marks their own paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from quality.labels import Limit

Quantity = tuple[str, Decimal]

PLAIN = "plain"
_UNITS: tuple[tuple[str, str, str], ...] = (
    ("percent", r"%|percent\b", "1"),
    ("time", r"ms\b|milliseconds?\b|毫秒", "0.001"),
    ("time", r"s\b|seconds?\b|秒", "1"),
    ("time", r"min\b|minutes?\b|分钟", "60"),
    ("time", r"h\b|hours?\b|个?小时", "3600"),
    ("time", r"(?:working |business |calendar )?days?\b|个?(?:工作|自然)?日|个?天", "86400"),
    ("time", r"weeks?\b|周(?!岁)|个?星期", "604800"),
    ("time", r"months?\b|个?月", "2592000"),
    ("time", r"years?\b(?! (?:of age|old))|年", "31536000"),
    ("size", r"bytes?\b|B\b|字节", "1"),
    ("size", r"KI?B\b", "1024"),
    ("size", r"MI?B\b", "1048576"),
    ("size", r"GI?B\b", "1073741824"),
    ("distance", r"mm\b|毫米", "0.001"),
    ("distance", r"cm\b|cent[a-z]+\b|厘米", "0.01"),
    ("distance", r"m\b|met(?:er|re)s?\b|米", "1"),
    ("distance", r"km\b|kilomet[a-z]+\b|公里|千米", "1000"),
    ("mass", r"(?-i:g)\b|grams?\b|克", "0.001"),
    ("mass", r"kg\b|kilograms?\b|公斤|千克", "1"),
)
_PATTERNS = [
    (dimension, re.compile(rf"[ -]?(?:{words})", re.I), Decimal(f)) for dimension, words, f in _UNITS
]
_NUMBER = re.compile(r"(?<![\d.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.,])\d+(?:\.\d+)?(?![\d.]*\.\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.]*\d)")


def quantities(text: str) -> Iterator[Quantity]:
    for clock in _CLOCK.finditer(text):
        yield "clock", Decimal(int(clock[1]) * 60 + int(clock[2]))
    text = _CLOCK.sub("¤", text)
    for version in _VERSION.finditer(text):
        yield "version", _as_version(version[0])
    text = _VERSION.sub("¤", text)
    for number in _NUMBER.finditer(text):
        value = Decimal(number[0].replace(",", ""))
        yield _with_unit(value, text, number.end())


def points_hit(limit: Limit, said: Iterable[Quantity]) -> int:
    """How many of below, at and above a limit's cases try out."""
    wanted = _scales(limit)
    amounts = [
        (value, at, step) for dimension, value in said for scale, at, step in wanted if scale == dimension
    ]
    below = any(at - step <= value < at for value, at, step in amounts)
    above = any(at < value <= at + step for value, at, step in amounts)
    return below + any(value == at for value, at, _ in amounts) + above


def _scales(limit: Limit) -> list[tuple[str, Decimal, Decimal]]:
    """The kinds of quantity that count for it: (dimension, limit, step), a number without a unit included."""
    if limit.kind == "clock":
        hours, minutes = limit.at.split(":")
        return [("clock", Decimal(int(hours) * 60 + int(minutes)), Decimal(1))]
    if limit.kind == "version":
        return [("version", _as_version(limit.at), Decimal(1))]
    plain = (PLAIN, limit.value, Decimal(limit.step))
    dimension, factor = _unit(f"{limit.at} {limit.unit}", len(limit.at))
    if dimension == PLAIN:
        return (
            [plain, ("time", limit.value * 31_536_000, Decimal(31_536_000))]
            if limit.kind == "age"
            else [plain]
        )
    return [plain, (dimension, limit.value * factor, Decimal(limit.step) * factor)]


def _with_unit(value: Decimal, text: str, end: int) -> Quantity:
    dimension, factor = _unit(text, end)
    return dimension, value * factor


def _unit(text: str, end: int) -> tuple[str, Decimal]:
    for dimension, pattern, factor in _PATTERNS:
        if pattern.match(text, end):
            return dimension, factor
    return PLAIN, Decimal(1)


def _as_version(text: str) -> Decimal:
    """Versions compare part by part; a part is below 1,000."""
    return sum(
        (Decimal(part) * 1000**place for place, part in enumerate(reversed(text.split(".")))), Decimal(0)
    )
