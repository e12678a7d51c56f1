"""What a limit bounds: the password of "a password of 8 characters"."""

from __future__ import annotations

from generator.drafts import Language
from generator.engines.rules.limits import Limit
from generator.engines.rules.words import THINGS, Sighting, Word


def subject_word(text: str, limit: Limit) -> Word | None:
    """The nearest thing before the limit, else the first behind it."""
    before = list(THINGS.sightings(text[:limit.start]))
    behind = list(THINGS.sightings(text[limit.end:]))
    nearest: Sighting | None = before[-1] if before else behind[0] if behind else None
    return nearest.word if nearest else None


def subject_of(text: str, limit: Limit, language: Language) -> str:
    word = subject_word(text, limit)
    return word.name(language) if word else ""
