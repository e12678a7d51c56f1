"""Which of the two languages a text is in."""

from __future__ import annotations

import re

from generator.drafts import Language

HAN = "\u3400-\u4dbf\u4e00-\u9fff"

_ADDRESSES = re.compile(r"https?://[!-~]+")
_HAN = re.compile(f"[{HAN}]")
_LATIN_WORDS = re.compile(r"[A-Za-z]+")


def language_of(text: str) -> Language:
    """A Han character says about as much as a Latin word, so the greater number of the two carries the text."""
    prose = _ADDRESSES.sub(" ", text)
    han = len(_HAN.findall(prose))
    return "zh-hans" if han and han >= len(_LATIN_WORDS.findall(prose)) else "en"


def is_chinese(passage: str) -> bool:
    return language_of(passage) == "zh-hans"


def width(text: str) -> int:
    """Columns on paper: a Han character is as wide as two letters."""
    return len(text) + len(_HAN.findall(text))
