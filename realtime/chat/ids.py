"""Ids that come as text from outside."""

from __future__ import annotations

from uuid import UUID


def uuid_in(text: str) -> UUID | None:
    """The id that `text` spells, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
