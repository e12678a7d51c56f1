"""The limits that a sentence sets: numbers with units, ranges, dates, times of day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from generator.engines.rules.comparing import Relation, neighbours, relation_at
from generator.engines.rules.dates import Moment, moments
from generator.engines.rules.numbers import NUMBER, mask, narrow, number
from generator.engines.rules.units import CURRENCIES, Dimension, Unit, unit_at

LIMITS_PER_TEXT = 40
READ_LIMIT = 2_000

_NUMBER = re.compile(NUMBER, re.I)
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"|《[^》]*》")
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|through|[到至])\s*", re.I)
_PAIR = re.compile(r"\s*(?:and|[和与])\s*", re.I)
_BETWEEN = re.compile(r"(?:between|from|在|介于|范围|[为是：:])\s*$", re.I)
_CURRENCY = re.compile(rf"(?<![A-Za-z])({'|'.join(map(re.escape, CURRENCIES))})\s?$")
_INCLUDED = re.compile(r"[（(]不?含\s?$")
_NO_UNIT = Unit("count", "", "", "")
_REJECTED = re.compile(
    r"\s*(?:\w+\s){0,2}?(?:are|is|will be|must be|shall be|get)\s(?:rejected|refused|denied|blocked|not (?:allowed|accepted|permitted))"
    r"|(?:的[^，。；]{0,10})?[时则将会]{0,2}[，,]?(?:系统)?(?:拒绝|不允许|不予|不能|无法|禁止)",
    re.I,
)
OPPOSITE: dict[Relation, Relation] = {"above": "most", "least": "below", "below": "least", "most": "above"}
_ANOTHER = re.compile(r"[^.;。；]{0,16}(?:,|，|、|\bor\b|或)\s*(?:or|and|或者?|及)?\s*", re.I)
_HAVING = re.compile(
    r"\b(?:must|shall|should|has to|have to|needs? to) (?:have|be|contain|include|consist of)\s*$|\b(?:has|have|consists? of)\s*$"
    r"|(?:必须|应当?|须|长度|字数|固定)[为是由有]\s*$",
    re.I,
)
MEASURED = re.compile(
    r"availab|uptime|success rate|error rate|accura|coverage|percentile|of (?:all )?(?:the )?(?:requests|calls|users|pages)"
    r"|可用性|可用率|成功率|错误率|准确率|覆盖率|的请求|精[确度]",
    re.I,
)
_MADE_UP = re.compile(r"-|\s?位")
_CONSISTS = re.compile(r"\bconsists? of\b[^.;]*$|\bmade up of\b[^.;]*$|由[^，。；]*$", re.I)
_NAMED_AMOUNTS = frozenset({"money", "value"})
_STRONG: frozenset[Relation] = frozenset({"least", "above", "most", "below", "exact"})


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound at `start` to `end` of the text; `moment` instead of a number for dates and times of day."""

    value: Decimal
    unit: Unit
    relation: Relation
    start: int
    end: int
    grouped: bool = False
    moment: Moment | None = None

    @property
    def dimension(self) -> Dimension:
        return self.unit.dimension

    @property
    def points(self) -> tuple[str, ...]:
        """Below, at and above, as they are shown. A count has nothing below zero."""
        if self.moment:
            return self.moment.points
        kept = [point for point in neighbours(self.value) if point >= 0]
        return tuple(f"{point:,f}" if self.grouped else f"{point:f}" for point in kept)


@dataclass(frozen=True, slots=True)
class _Figure:
    value: Decimal
    unit: Unit | None
    start: int
    number_end: int
    end: int
    digits: bool
    grouped: bool


def unquoted(text: str) -> str:
    """The same length of text without what stands between quotation marks: messages and titles."""
    return _QUOTED.sub(lambda found: "¤" * len(found[0]), text)


def limits(text: str) -> list[Limit]:
    """All limits of a text, from left to right."""
    clear = narrow(unquoted(text[:READ_LIMIT]))
    found = list(_dated(clear))
    for limit in found:
        clear = clear[: limit.start] + "¤" * (limit.end - limit.start) + clear[limit.end :]
    found += _numeric(mask(clear))
    return sorted(found, key=lambda limit: limit.start)[:LIMITS_PER_TEXT]


def _dated(text: str) -> Iterator[Limit]:
    end = None
    for moment in sorted(moments(text), key=lambda moment: moment.start):
        relation = relation_at(text, moment.start, moment.end, moment.end)
        if end is not None and _RANGE.fullmatch(text[end : moment.start]):
            relation = "most"
        elif _RANGE.match(text, moment.end):
            relation = "least"
        unit = Unit("clock" if moment.clock else "date", "", "", "")
        yield Limit(Decimal(0), unit, relation, moment.start, moment.end, moment=moment)
        end = moment.end


def _numeric(text: str) -> Iterator[Limit]:
    figures = list(_figures(text))
    upper_of: dict[int, _Figure] = {}
    uppers: set[int] = set()
    for lower, upper in pairwise(figures):
        if lower.start not in uppers and _is_range(text, lower, upper):
            upper_of[lower.start] = upper
            uppers.add(upper.start)
    before: Limit | None = None
    for figure in figures:
        if figure.start in upper_of:
            yield from _range(figure, upper_of[figure.start])
        elif figure.start not in uppers:
            for limit in _single(text, figure, _carried(text, before, figure)):
                before = limit
                yield limit


def _carried(text: str, before: Limit | None, figure: _Figure) -> Relation:
    """ "A maximum of 180, or 240 in London": the second bounds as the first does."""
    if before is None or figure.unit is None or before.dimension != figure.unit.dimension:
        return "plain"
    return before.relation if _ANOTHER.fullmatch(text, before.end, figure.start) else "plain"


def _figures(text: str) -> Iterator[_Figure]:
    for found in _NUMBER.finditer(text):
        if _INCLUDED.search(text, max(0, found.start() - 3), found.start()):
            continue  # "(含3天)" only says that the bound belongs to it
        value = number(found[0])
        unit, end = unit_at(text, found.end()) or (None, found.end())
        if found[0].startswith("百分之"):
            unit = Unit("percent", "%", "%", "%")
        sign = _CURRENCY.search(text[max(0, found.start() - 4) : found.start()])
        unit, start = (CURRENCIES[sign[1]], found.start() - len(sign[0])) if sign else (unit, found.start())
        if abs(value) < 10**12:
            yield _Figure(value, unit, start, found.end(), end, found[0][0].isdigit(), "," in found[0])


def _is_range(text: str, lower: _Figure, upper: _Figure) -> bool:
    if lower.value >= upper.value:
        return False
    gap = text[lower.end : upper.start]
    introduced = _BETWEEN.search(text[max(0, lower.start - 12) : lower.start]) is not None
    if _PAIR.fullmatch(gap):
        return introduced
    return _RANGE.fullmatch(gap) is not None and (introduced or upper.unit is not None)


def _range(lower: _Figure, upper: _Figure) -> Iterator[Limit]:
    unit = upper.unit or lower.unit or _NO_UNIT
    bounds: tuple[tuple[_Figure, Relation], ...] = ((lower, "least"), (upper, "most"))
    for figure, relation in bounds:
        own = figure.unit or unit
        yield Limit(figure.value, own, relation, lower.start, upper.end, figure.grouped)


def _single(text: str, figure: _Figure, carried: Relation) -> Iterator[Limit]:
    relation = relation_at(text, figure.start, figure.number_end, figure.end)
    if relation == "plain":
        relation = carried
    if is_rejected(text, figure.end):
        relation = OPPOSITE.get(relation, relation)
    unit = figure.unit
    if unit is None:
        behind = re.match(r"\s(?:or|and) (?:more|fewer|less|above|greater|longer)", text[figure.number_end :])
        spelled = behind and unit_at(text, figure.number_end + behind.end())
        unit, end = spelled or (_NO_UNIT, figure.end)
        figure = replace(figure, unit=unit if spelled else None, end=end)
    if not _is_quantity(figure, relation):
        return
    if relation == "plain" and (
        unit.dimension in _NAMED_AMOUNTS or (unit.dimension == "percent" and not MEASURED.search(text))
    ):
        return  # a price or a number of points is told, not bounded
    if relation == "lasting" and unit.dimension != "time":
        relation = "plain"
    if relation == "plain" and unit.dimension == "length" and _is_exact(text, figure):
        relation = "exact"
    yield Limit(figure.value, unit, relation, figure.start, figure.end, figure.grouped)


def _is_exact(text: str, figure: _Figure) -> bool:
    """ "an 8-digit code", "must have 8 characters", 6位: of this length and no other."""
    before = text[max(0, figure.start - 32) : figure.start]
    return bool(_MADE_UP.match(text, figure.number_end) or _HAVING.search(before) or _CONSISTS.search(before))


def is_rejected(text: str, at: int) -> bool:
    """Whether what lies beyond the number is said to be refused: "more than 5 files are rejected"."""
    return _REJECTED.match(text, at) is not None


def _is_quantity(figure: _Figure, relation: Relation) -> bool:
    """Digits with a unit always are; words ("two ways", 一个) and bare digits only where something compares them."""
    if figure.unit is None:
        return relation in _STRONG
    if not figure.digits and figure.value == 1:
        return relation in _STRONG or (figure.unit.dimension == "time" and relation in {"lasting", "after"})
    if not figure.digits and figure.unit.dimension == "count":
        return relation in _STRONG
    return True
