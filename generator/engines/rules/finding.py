"""What a rule hands over: which sheets of the book apply, with what in their blanks, and which words say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """`first_only` takes the main case alone: the finding is a side matter of its sentence."""

    sheet: str
    quote: str
    slots: Mapping[str, str] = field(default_factory=dict)
    first_only: bool = False


def clip(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
