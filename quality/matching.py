"""Which of an engine's items stand for which labelled statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.drafts import ItemDraft
from quality.labels import Label

MOSTLY = 0.6
"""Share of an item that must lie in a labelled statement for the item to be about it: a lead-in may come along."""
WHOLLY = 0.8
"""Share of a labelled statement that its items must hold for it to count as found."""


@dataclass(frozen=True, slots=True)
class Matches:
    """`pieces` are the items of each label, in its order; `astray` those that stand in none."""

    pieces: tuple[tuple[str, ...], ...]
    found: tuple[bool, ...]
    astray: tuple[str, ...]


def matches(labels: tuple[Label, ...], items: Mapping[str, ItemDraft]) -> Matches:
    """An item that spans two statements is mostly about neither or only one: merging is not finding."""
    pieces = tuple(tuple(key for key, item in items.items() if _is_about(item, label)) for label in labels)
    found = tuple(
        sum(_common(items[key], label) for key in keys) >= WHOLLY * (label.end - label.start)
        for keys, label in zip(pieces, labels, strict=True)
    )
    used = {key for keys in pieces for key in keys}
    return Matches(pieces, found, tuple(key for key in items if key not in used))


def _is_about(item: ItemDraft, label: Label) -> bool:
    return _common(item, label) >= MOSTLY * (item.span.end - item.span.start)


def _common(item: ItemDraft, label: Label) -> int:
    return max(0, min(item.span.end, label.end) - max(item.span.start, label.start))
