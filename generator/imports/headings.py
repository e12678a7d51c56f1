"""What columns and their choices are called, in this product's languages and in other tools' tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import translation

from generator.exports.contents import table_headings
from generator.models import Case

NAMES = tomllib.loads((Path(__file__).parent / "names.toml").read_text())
COLUMNS: dict[str, list[str]] = NAMES["columns"]
CHOICES: dict[str, dict[str, list[str]]] = NAMES["choices"]
MARKS = re.compile(r"[\s:：*＊_.]+")
IGNORED = "ignored"
ADDED = re.compile(r"[(（\[【].*[)）\]】]$")


@cache
def columns() -> dict[str, str]:
    """Columns by what they may be called. Our own headings win over what others call theirs."""
    known = {_bare(name): column for column, names in COLUMNS.items() for name in names}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {_bare(name): column for column, name in table_headings().items()}
    return known


@cache
def choices(field: str) -> dict[str, str]:
    """The values of a field by what they may be called."""
    known = {_bare(name): value for value, names in CHOICES[field].items() for name in names}
    kind = getattr(Case, field.capitalize())
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {_bare(str(label)): value for value, label in kind.choices}
    return known | {_bare(value): value for value in kind.values}


def column_of(heading: str) -> str:
    """The column that a heading names, or "". What is added in brackets may tell columns apart."""
    bare = _bare(heading)
    return columns().get(bare) or columns().get(ADDED.sub("", bare), "")


def choice_of(field: str, word: str) -> str:
    """The value that a word stands for, or ""."""
    return choices(field).get(ADDED.sub("", _bare(word)), "")


def named_columns(row: Sequence[str]) -> dict[str, list[int]]:
    """Where the columns are, if this row names them: TestRail has two of steps, and fills one of them."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(row):
        if (column := column_of(heading)) != IGNORED:
            found.setdefault(column, []).append(place)
    found.pop("", None)
    return found


def _bare(name: str) -> str:
    """A name without case, blanks, colons and stars."""
    return MARKS.sub("", name).casefold()
