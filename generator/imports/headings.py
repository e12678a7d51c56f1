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
MARKS = re.compile(r"[\s:：*＊_.]+|[(（\[【].*[)）\]】]$")


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
    """The column that a heading names, or ""."""
    return columns().get(_bare(heading), "")


def choice_of(field: str, word: str) -> str:
    """The value that a word stands for, or ""."""
    return choices(field).get(_bare(word), "")


def named_columns(row: Sequence[str]) -> dict[str, int]:
    """Where the columns are, if this row names them; of two with one name the first."""
    found: dict[str, int] = {}
    for place, heading in enumerate(row):
        if column := column_of(heading):
            found.setdefault(column, place)
    return found


def _bare(name: str) -> str:
    """A name without case, blanks, colons, stars and what is added in brackets."""
    return MARKS.sub("", MARKS.sub("", name.strip()).casefold())
