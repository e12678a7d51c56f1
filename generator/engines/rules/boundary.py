"""What a reviewer may demand of any engine: the points around each limit of a statement, and which are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generator.drafts import CaseDraft, Language
from generator.engines.rules.dates import moments
from generator.engines.rules.limits import Limit, limits
from generator.engines.rules.numbers import NUMBER, narrow, number
from generator.engines.rules.subjects import subject_of
from generator.engines.rules.units import unit_at
from generator.engines.rules.words import CHINESE

_NUMBER = re.compile(rf"(?:{NUMBER})", re.I)
_STRING = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|`([^`]+)`")
_SCALED = ("time", "size", "percent")

# What a number says: (kind of quantity or "" for a plain count, amount). Kinds differ, amounts of one kind compare.
_Saying = tuple[str, Decimal | str]


@dataclass(frozen=True, slots=True)
class Boundary:
    """`points` are the values below, at and above one limit, as a tester writes them."""

    quantity: str
    unit: str
    points: tuple[str, ...]
    quote: str


def boundaries(text: str) -> list[Boundary]:
    return list(dict.fromkeys(boundary_of(text, limit) for limit in limits(text)))


def boundary_of(text: str, limit: Limit) -> Boundary:
    language: Language = "zh-hans" if CHINESE.search(text) else "en"
    unit = limit.unit.chinese if language == "zh-hans" else limit.unit.plural
    quantity = subject_of(text, limit, language) or limit.dimension
    return Boundary(quantity, unit, limit.points, text[limit.start : limit.end])


def missing_boundaries(text: str, cases: Sequence[CaseDraft]) -> list[Boundary]:
    """Boundaries of which some point appears in no case's title, data or steps."""
    wanted = limits(text)
    if not wanted:
        return []
    said: set[_Saying] = set()
    for case in cases:
        said |= set(_sayings(case))
    return list(dict.fromkeys(boundary_of(text, limit) for limit in wanted if not _is_covered(limit, said)))


def _is_covered(limit: Limit, said: set[_Saying]) -> bool:
    if limit.moment:
        return all(("moment", point) in said for point in limit.points)
    amounts = [Decimal(point.replace(",", "")) for point in limit.points]
    if limit.dimension not in _SCALED:
        return all(("", amount) in said for amount in amounts)
    return all(
        ("", amount) in said or (limit.dimension, amount * limit.unit.factor) in said for amount in amounts
    )


def _sayings(case: CaseDraft) -> Iterator[_Saying]:
    text = narrow(
        "\n".join(
            (case.title, case.data, *(half for step in case.steps for half in (step.action, step.expected)))
        )
    )
    for moment in moments(text):
        yield ("moment", moment.points[1])
    for found in _NUMBER.finditer(text):
        value = number(found[0])
        unit = unit_at(text, found.end())
        if unit and unit[0].dimension in _SCALED:
            yield (unit[0].dimension, value * unit[0].factor)
        elif found[0].startswith("百分之"):
            yield ("percent", value)
        else:
            yield ("", value)
    for string in _STRING.finditer(text):
        yield ("", Decimal(len(string[1] or string[2] or string[3])))
