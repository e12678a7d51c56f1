"""Markdown: a heading a section, a heading a case, its steps as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from generator.exports.contents import Contents, table_headings, table_row

SPECIAL = re.compile(r"([\\`*_\[\]<>#|&~])")
OPENING = re.compile(r"^(\d*)([-+.)])")
"""At the beginning of a list's entry it would begin another list, or a rule."""
FACTS = "requirements priority type technique polarity data tags review flags".split()


def write(contents: Contents) -> bytes:
    return ("\n".join(_lines(contents)) + "\n").encode()


def _lines(contents: Contents) -> Iterator[str]:
    yield f"# {_line(contents.task['title'])}"
    for section, cases in groupby(contents.cases, key=lambda case: case["section"]):
        yield from ("", f"## {_line(section) or _('Other cases')}")
        for case in cases:
            yield from _case(case)


def _case(case: dict[str, Any]) -> Iterator[str]:
    headings, row = table_headings(), table_row(case)
    yield from ("", f"### {case['key']} {_line(case['title'])}", "")
    yield from (f"- **{headings[fact]}**: {_line(row[fact])}" for fact in FACTS if row[fact])
    if case["preconditions"]:
        yield from ("", f"**{headings['preconditions']}**", "")
        yield from (f"{number}. {_entry(text)}" for number, text in enumerate(case["preconditions"], 1))
    if case["steps"]:
        yield from ("", f"| # | {headings['steps']} | {headings['expected']} |", "| --- | --- | --- |")
    for number, step in enumerate(case["steps"], 1):
        yield f"| {number} | {_cell(step['action'])} | {_cell(step['expected'])} |"


def _line(text: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _entry(text: str) -> str:
    return OPENING.sub(r"\1\\\2", _line(text))


def _cell(text: str) -> str:
    return "<br>".join(_line(line) for line in text.split("\n"))
