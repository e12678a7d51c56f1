"""The numbers that Word shows before headings and list entries: they are computed, nowhere written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from generator.documents.numerals import written
from generator.documents.readers.styles import Styles, value

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    depth: int
    is_bullet: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    start: int = 1
    kind: str = "decimal"
    template: str = ""
    style: str | None = None
    is_legal: bool = False
    restarts: bool = True


@dataclass(slots=True)
class Abstract:
    levels: dict[int, Level]
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._abstracts: dict[str, Abstract] = {}
        self._nums: dict[str, tuple[str, dict[int, int]]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._learn(root)

    def label(self, paragraph: Any, style: str) -> Label | None:
        """What stands before the paragraph, which is counted by this; None for one without number."""
        num, depth = self._place(paragraph, style)
        if num not in self._nums:
            return None
        abstract = self._abstracts.get(self._nums[num][0])
        level = abstract.levels.get(depth) if abstract else None
        if abstract is None or level is None:
            return None
        self._count(abstract, num, depth)
        if level.kind == "bullet":
            return Label("-", depth, is_bullet=True)
        text = _PLACE.sub(lambda place: self._number(abstract, int(place[1]) - 1, level), level.template)
        return Label(text.strip(), depth) if text.strip() else None

    def _place(self, paragraph: Any, style: str) -> tuple[str, int]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        by_style, inherited = self._styles.numbering(style)
        num = (value(own, f"{W}numId") if own is not None else None) or (
            value(inherited, f"{W}numId") if inherited is not None else None
        )
        depth = value(own, f"{W}ilvl") if own is not None else None
        if depth is None and inherited is not None:
            depth = value(inherited, f"{W}ilvl") or self._level_of_style(num, by_style)
        return num or "", min(int(depth or 0), LEVELS - 1)

    def _level_of_style(self, num: str | None, style: str | None) -> str | None:
        abstract = self._abstracts.get(self._nums.get(num or "", ("", {}))[0])
        levels = abstract.levels.items() if abstract else ()
        return next((str(depth) for depth, level in levels if level.style == style), None)

    def _count(self, abstract: Abstract, num: str, depth: int) -> None:
        counters, overrides = abstract.counters, self._nums[num][1]
        if depth in overrides and (num, depth) not in self._begun:
            counters[depth] = overrides[depth]
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = abstract.levels[depth].start
        self._begun.add((num, depth))
        for deeper in [at for at in counters if at > depth]:
            if abstract.levels[deeper].restarts:
                del counters[deeper]

    def _number(self, abstract: Abstract, depth: int, shown_by: Level) -> str:
        level = abstract.levels.get(depth, Level())
        number = abstract.counters.get(depth, level.start)
        return written(number, "decimal" if shown_by.is_legal else level.kind)

    def _learn(self, root: Any) -> None:
        linked, links = {}, {}
        for element in root.iterchildren(f"{W}abstractNum"):
            key = element.get(f"{W}abstractNumId")
            self._abstracts[key] = Abstract(
                {int(x.get(f"{W}ilvl")): _level(x) for x in element.iter(f"{W}lvl")}
            )
            if style := value(element, f"{W}styleLink"):
                linked[style] = key
            if style := value(element, f"{W}numStyleLink"):
                links[key] = style
        for element in root.iterchildren(f"{W}num"):
            key = value(element, f"{W}abstractNumId") or ""
            key = linked.get(links.get(key, ""), key)
            self._nums[element.get(f"{W}numId")] = key, _overrides(element)
        self._nums.pop("0", None)


def _level(element: Any) -> Level:
    return Level(
        start=int(value(element, f"{W}start") or 1),
        kind=value(element, f"{W}numFmt") or "decimal",
        template=value(element, f"{W}lvlText") or "",
        style=value(element, f"{W}pStyle"),
        is_legal=element.find(f"{W}isLgl") is not None,
        restarts=value(element, f"{W}lvlRestart") != "0",
    )


def _overrides(num: Any) -> dict[int, int]:
    starts = {each.get(f"{W}ilvl"): value(each, f"{W}startOverride") for each in num.iter(f"{W}lvlOverride")}
    return {int(depth): int(start) for depth, start in starts.items() if start is not None}
