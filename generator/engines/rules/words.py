"""The vocabulary: who acts, on what, and how, in both languages (`words.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from generator.drafts import Language

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing in both languages; `names` are what tests call two of its kind, in English and in Chinese."""

    key: str
    english: str
    plural: str
    chinese: str
    names: tuple[str, str, str, str] = ("Sample A-01", "Sample B-02", "样例A-01", "样例B-02")

    def name(self, language: Language) -> str:
        return self.english if language == "en" else self.chinese

    def called(self, surface: str, language: Language) -> Word:
        """The same thing under the name that the text gives it, where the text is in the language asked for."""
        if CHINESE.search(surface):
            return replace(self, chinese=surface) if language == "zh-hans" else self
        single = _single(surface.lower())
        if language != "en" or surface.lower() in {self.english, self.plural} or single == self.english:
            return self
        return replace(self, english=single, plural=f"{single}s")

    def many(self, language: Language) -> str:
        return self.plural if language == "en" else self.chinese

    def samples(self, language: Language) -> tuple[str, str]:
        return self.names[:2] if language == "en" else self.names[2:]


@dataclass(frozen=True, slots=True)
class Sighting:
    word: Word
    start: int
    end: int


class Lexicon:
    """One chapter of the vocabulary; of two words that fit at one place the earlier in the file wins."""

    def __init__(self, rows: dict[str, list[str]]) -> None:
        self.sightings = lru_cache(maxsize=64)(self._sightings)
        """What is named in a text, from left to right. Several rules ask for the same sentence."""
        self.words = {key: _word(key, row) for key, row in rows.items()}
        self.rank = {key: rank for rank, key in enumerate(rows)}
        columns = {key: (row[3], row[4]) if len(row) > 4 else (row[2], row[3]) for key, row in rows.items()}
        self._patterns = [
            (key, re.compile(rf"(?<![A-Za-z])(?:{english})(?![A-Za-z])|{chinese}", re.I))
            for key, (english, chinese) in columns.items()
        ]
        self._union = re.compile(
            "|".join(f"(?P<{key}>{pattern.pattern})" for key, pattern in self._patterns), re.I
        )

    def _sightings(self, text: str) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(self.words[str(found.lastgroup)], found.start(), found.end())
            for found in self._union.finditer(text)
        )

    def by_rank(self, text: str) -> list[Sighting]:
        """Everything that is named in the text, the most special first, overlaps included."""
        seen = ((key, pattern.search(text)) for key, pattern in self._patterns)
        return [Sighting(self.words[key], found.start(), found.end()) for key, found in seen if found]


def _single(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if re.search(r"(?:s|x|ch|sh)es$", noun):
        return noun[:-2]
    return noun[:-1] if re.search(r"[^s]s$", noun) else noun


def _word(key: str, row: list[str]) -> Word:
    if len(row) > 4:
        return Word(key, row[0], row[1], row[2], (row[5], row[6], row[7], row[8]))
    return Word(key, row[0], f"{row[0]}s", row[1])


_CHAPTERS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
ACTORS, THINGS, ACTIONS = (Lexicon(_CHAPTERS[chapter]) for chapter in ("actors", "things", "actions"))
DEEDS: dict[str, list[str]] = _CHAPTERS["deeds"]
