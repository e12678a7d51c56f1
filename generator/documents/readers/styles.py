"""Word's styles: what a paragraph inherits of outline level and numbering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY_TEXT_LEVEL = 9
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)$")


class Styles:
    def __init__(self, root: Any) -> None:
        styles = [style for style in root.iterchildren(f"{W}style") if style.get(f"{W}type") == "paragraph"]
        self._styles = {style.get(f"{W}styleId"): style for style in styles}
        self._default = next(
            (style.get(f"{W}styleId") for style in styles if style.get(f"{W}default") in ("1", "true")), ""
        )

    def of(self, paragraph: Any) -> str:
        """The id of a paragraph's style."""
        return value(paragraph, f"{W}pPr/{W}pStyle") or self._default

    def name(self, style: str) -> str:
        found = self._styles.get(style)
        return (value(found, f"{W}name") or "").lower() if found is not None else ""

    def outline_level(self, paragraph: Any, style: str) -> int | None:
        """1 for the highest heading, None for what is no heading."""
        said = value(paragraph, f"{W}pPr/{W}outlineLvl")
        for element in self.inherited(style):
            said = said if said is not None else value(element, f"{W}pPr/{W}outlineLvl")
        if said is not None:
            return int(said) + 1 if int(said) < BODY_TEXT_LEVEL else None
        named = _HEADING.match(self.name(style))
        return int(named[1]) if named else 1 if self.name(style) == "title" else None

    def numbering(self, style: str) -> tuple[str | None, Any]:
        """The id of the style that brings a numbering, and its `numPr`."""
        for element in self.inherited(style):
            found = element.find(f"{W}pPr/{W}numPr")
            if found is not None:
                return element.get(f"{W}styleId"), found
        return None, None

    def inherited(self, style: str) -> Iterator[Any]:
        """The style and those that it is based on; a circle is followed once."""
        followed = set()
        while style in self._styles and style not in followed:
            followed.add(style)
            yield self._styles[style]
            style = value(self._styles[style], f"{W}basedOn") or ""


def value(element: Any, path: str) -> str | None:
    found = element.find(path)
    return found.get(f"{W}val") if found is not None else None
