"""What the cells of one case say, as content."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from generator.exports.contents import table_headings
from generator.imports.headings import CHOICES, choice_of
from generator.imports.rows import Content, Raw
from generator.models.requirements import ITEM_KEY

NUMBERED = re.compile(
    r"(?:step\s*|步骤\s*)?[(（]?(\d{1,3})(?:[.．](?!\d)|[、)）:：])[ \t]*(.*)", re.IGNORECASE
)
SEPARATED = re.compile(r"[,，;；、\n]")


def meant(cells: Raw) -> tuple[Content, list[str]]:
    """Blank choices and those that nobody knows are left out; the latter are noted."""
    notes: list[str] = []
    content: Content = {name: cells[name].strip() for name in ("title", "section", "data") if name in cells}
    for field in CHOICES:
        word = cells.get(field, "").strip()
        if word and not choice_of(field, word):
            facts = {"word": word[:80], "column": table_headings()[field]}
            notes.append(_("“%(word)s” is not known in the column “%(column)s”.") % facts)
        elif word:
            content[field] = choice_of(field, word)
    if "requirements" in cells:
        content["requirements"] = _keys(cells["requirements"], notes)
    if "tags" in cells:
        content["tags"] = _parts(cells["tags"])
    if "preconditions" in cells:
        content["preconditions"] = list(entries(cells["preconditions"]).values())
    if "steps" in cells or "expected" in cells:
        content["steps"] = steps(cells.get("steps", ""), cells.get("expected", ""), content.get("title", ""))
    return content, notes


def steps(actions: str, expected: str, title: str) -> list[dict[str, str]]:
    """Numbered results belong to their steps; others to one each, or together to the last one.

    Where there are only results, the title says what to do.
    """
    acts = list(entries(actions).items()) or ([(1, title)] if expected.strip() else [])
    results = entries(expected)
    if not is_numbered(expected) and len(results) != len(acts):
        results = {acts[-1][0]: expected.strip()} if results else {}
    numbers = [number for number, _action in acts]
    told: dict[int, list[str]] = {number: [] for number in numbers}
    for number, result in results.items():
        told[max((own for own in numbers if own <= number), default=numbers[0])].append(result)
    return [{"action": action, "expected": "\n".join(told[number])} for number, action in acts]


def entries(cell: str) -> dict[int, str]:
    """The cell's texts by number: those that it numbers, or else its lines."""
    if not is_numbered(cell):
        lines = [line.strip() for line in cell.split("\n") if line.strip()]
        return dict(enumerate(lines, 1))
    found: dict[int, list[str]] = {}
    last, indent = 0, 0
    for line in cell.strip().split("\n"):
        match = NUMBERED.match(line)
        if match and int(match[1]) > last:
            last, indent = int(match[1]), match.start(2)
            found[last] = [match[2]]
        else:
            found[last].append(line[indent:] if not line[:indent].strip() else line.strip())
    return {number: "\n".join(lines).strip() for number, lines in found.items() if any(map(str.strip, lines))}


def is_numbered(cell: str) -> bool:
    match = NUMBERED.match(cell.strip())
    return match is not None and int(match[1]) > 0


def _keys(cell: str, notes: list[str]) -> list[str]:
    keys = [part.upper() for part in re.split(r"[\s,，;；、]+", cell) if part]
    known = [key for key in keys if ITEM_KEY.fullmatch(key)]
    notes.extend(
        _("“%(word)s” is no key of a requirement item, like R3.") % {"word": key[:80]}
        for key in keys
        if key not in known
    )
    return list(dict.fromkeys(known))


def _parts(cell: str) -> list[Any]:
    return list(dict.fromkeys(" ".join(part.split()) for part in SEPARATED.split(cell) if part.strip()))
