"""The numbers of OpenDocument's lists and headings, which its program computes as it shows them."""

from __future__ import annotations

from typing import Any

from generator.documents.numerals import written

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
HAN = "一"


class Lists:
    """Counts as the document is read from its beginning."""

    def __init__(self, roots: list[Any]) -> None:
        self._styles: dict[str, dict[int, Any]] = {}
        self._outline: dict[int, Any] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._headings: dict[int, int] = {}
        for root in roots:
            for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
                levels = {int(level.get(f"{TEXT}level", "1")) - 1: level for level in style.iterchildren()}
                if style.tag == f"{TEXT}outline-style":
                    self._outline = levels
                else:
                    self._styles[style.get(f"{STYLE}name", "")] = levels

    def begin(self, element: Any) -> str:
        """The style of an outermost list; it counts anew unless it goes on with an earlier one."""
        style = element.get(f"{TEXT}style-name", "")
        goes_on = element.get(f"{TEXT}continue-numbering") == "true" or element.get(f"{TEXT}continue-list")
        if not goes_on:
            self._counts[style] = {}
        return str(style)

    def within(self, element: Any, style: str, depth: int) -> str:
        """The style of a list in a list: its own, or that of the outer one."""
        own = str(element.get(f"{TEXT}style-name", style))
        if own != style:
            outer = self._counts.get(style, {})
            self._counts[own] = {level: number for level, number in outer.items() if level < depth}
        return own

    def label(self, style: str, depth: int, entry: Any) -> str:
        levels, counts = self._styles.get(style, {}), self._counts.setdefault(style, {})
        said = entry.get(f"{TEXT}start-value")
        self._raise(counts, levels, depth, int(said) if said else None)
        level = levels.get(depth)
        if level is None or level.tag != f"{TEXT}list-level-style-number":
            return "-"
        return _label(levels, counts, depth) or "-"

    def heading_number(self, element: Any, level: int) -> str:
        """ "2.1" where the document numbers its headings, else ""."""
        depth = level - 1
        if element.get(f"{TEXT}is-list-header") == "true":
            return ""
        self._raise(self._headings, self._outline, depth, None)
        return _label(self._outline, self._headings, depth) if depth in self._outline else ""

    def _raise(self, counts: dict[int, int], levels: dict[int, Any], depth: int, said: int | None) -> None:
        first = int(levels[depth].get(f"{TEXT}start-value", "1")) if depth in levels else 1
        counts[depth] = said if said is not None else counts[depth] + 1 if depth in counts else first
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]


def _label(levels: dict[int, Any], counts: dict[int, int], depth: int) -> str:
    level = levels[depth]
    if not level.get(f"{STYLE}num-format"):
        return ""
    shown = range(max(0, depth + 1 - int(level.get(f"{TEXT}display-levels", "1"))), depth + 1)
    numbers = [_number(levels.get(at), counts.get(at, 1)) for at in shown]
    text = ".".join(number for number in numbers if number)
    return f"{level.get(f'{STYLE}num-prefix', '')}{text}{level.get(f'{STYLE}num-suffix', '')}".strip()


def _number(level: Any, number: int) -> str:
    said = level.get(f"{STYLE}num-format", "1") if level is not None else "1"
    return written(number, "chineseCounting" if said.startswith(HAN) else KINDS.get(said, "decimal"))
