"""What chat shows of things that live in other apps: an app enters here what it can show (design §2).

A reference is the text by which a source finds a thing again, such as `task:<id>` or `case:<id>:TC-001`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from core.models import User

CARDS_A_MESSAGE = 10


class CardSource(Protocol):
    """One kind of thing that messages can link to."""

    def find(self, text: str) -> list[str]:
        """References to the things that `text` links to, in order."""
        ...

    def show(self, user: User, references: Iterable[str]) -> dict[str, dict[str, Any]]:
        """`{kind, id, title, url, …}` by reference, without those that `user` may not see."""
        ...

    def labels(self) -> dict[str, str]:
        """The words for its things' states, in the page's language."""
        ...


SOURCES: list[CardSource] = []


def references_in(text: str) -> list[str]:
    """References to everything that `text` links to, each once, at most `CARDS_A_MESSAGE`."""
    found = [reference for source in SOURCES for reference in source.find(text)]
    return list(dict.fromkeys(found))[:CARDS_A_MESSAGE]


def state_labels() -> dict[str, str]:
    """The words for what cards say of a thing's state, by which open pages follow its events."""
    return {state: label for source in SOURCES for state, label in source.labels().items()}


def cards_for(user: User, references: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What `user` may see of `references`: few queries, however many there are."""
    wanted = list(references)
    if not wanted:
        return {}
    return {reference: card for source in SOURCES for reference, card in source.show(user, wanted).items()}
