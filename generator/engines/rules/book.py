"""The book of sheets: cases with blanks, in both languages, that the rules fill in (`book/*.toml`).

A sheet is a title line, then `given:`, `data:` and `- action => expected` lines with {blanks}.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from generator.drafts import CaseDraft, CaseType, Language, Polarity, Priority, Step, Technique
from generator.engines.rules.words import CHINESE

_POLARITIES: dict[str, Polarity] = {"+": "positive", "-": "negative"}


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    given: tuple[str, ...]
    data: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    priority: Priority
    technique: Technique
    polarity: Polarity
    type: CaseType
    wordings: Mapping[Language, Wording]

    def fill(self, slots: Mapping[str, str], language: Language, key: str, rule: str) -> CaseDraft:
        wording = self.wordings[language]

        def said(line: str) -> str:
            return _sentence(line.format_map(slots))

        return CaseDraft(
            title=said(wording.title),
            requirements=(key,),
            steps=tuple(Step(said(action), said(expected)) for action, expected in wording.steps),
            priority=self.priority,
            type=self.type,
            technique=self.technique,
            polarity=self.polarity,
            preconditions=tuple(said(line) for line in wording.given),
            data=wording.data.format_map(slots),
            tags=(slots["tag"],),
            rule=rule,
        )


def _sentence(text: str) -> str:
    """English begins with a capital; names of people in Chinese text and addresses stay as they are."""
    is_plain = re.match(r"[a-z][a-z' ]*(?:[ ,:;]|$)", text) and not CHINESE.search(text)
    return text[:1].upper() + text[1:] if is_plain else text


def _wording(block: str) -> Wording:
    title, *lines = block.strip().splitlines()
    given = tuple(line.removeprefix("given: ") for line in lines if line.startswith("given: "))
    data = "\n".join(line.removeprefix("data: ") for line in lines if line.startswith("data: "))
    steps = [line.removeprefix("- ").split(" => ") for line in lines if line.startswith("- ")]
    return Wording(title, given, data, tuple((action, expected) for action, expected in steps))


def _sheet(row: dict[str, str]) -> Sheet:
    priority, technique, polarity, *rest = row["is"].split()
    kind = rest[0] if rest else "functional"
    if (
        priority not in get_args(Priority)
        or technique not in get_args(Technique)
        or kind not in get_args(CaseType)
    ):
        raise ValueError(row["is"])
    return Sheet(
        cast(Priority, priority),
        cast(Technique, technique),
        _POLARITIES[polarity],
        cast(CaseType, kind),
        {"en": _wording(row["en"]), "zh-hans": _wording(row["zh"])},
    )


def _sheets() -> dict[str, tuple[Sheet, ...]]:
    sheets: dict[str, tuple[Sheet, ...]] = {}
    for path in sorted((Path(__file__).parent / "book").glob("*.toml")):
        for key, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            sheets[key] = sheets.get(key, ()) + tuple(_sheet(row) for row in rows)
    return sheets


BOOK = _sheets()
