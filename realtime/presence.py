"""Who is here, over all processes: from the rows of their open sockets (design §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.models import User
from realtime import bells
from realtime.chat.models import Membership
from realtime.events import encode, whispers
from realtime.models import OpenSocket

LATELY = timedelta(seconds=10)
"""Longer than anybody may be between two pages (`GONE_AFTER_SECONDS`) and rows take to be written."""


def is_active(user_id: UUID) -> bool:
    """Whether somebody looks at one of the user's pages, as far as is known."""
    return OpenSocket.objects.alive().filter(user=user_id, active_until__gt=timezone.now()).exists()


def online_among(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of `user_ids` that have a socket open somewhere."""
    theirs = OpenSocket.objects.alive().filter(user__in=set(user_ids))
    return set(theirs.values_list("user_id", flat=True).distinct())


def _opened_lately(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of `user_ids` that opened a socket while somebody else may have been between two pages."""
    since = timezone.now() - LATELY
    theirs = OpenSocket.objects.alive().filter(user__in=set(user_ids), opened_at__gte=since)
    return set(theirs.values_list("user_id", flat=True))


class Whereabouts:
    """What contacts hear of who `came` and `left`, and what new sockets of `greeted` hear of contacts.

    Who is `back` was only between two pages: that is no news but for those who opened a socket meanwhile.
    """

    def __init__(self, *, came: set[UUID], back: set[UUID], left: set[UUID], greeted: set[UUID]) -> None:
        self._came, self._back, self._left, self._greeted = came, back, left, greeted
        pairs = Membership.objects.contacts_of(came | back | left | greeted)
        online = online_among({other for _, other in pairs})
        self._pairs = [pair for pair in pairs if pair[1] in online]
        self._lately = _opened_lately(other for mine, other in self._pairs if mine in back) if back else set()
        self._names = _names_of(
            came | back | left | {other for mine, other in self._pairs if mine in greeted}
        )

    def bells(self) -> list[bells.Bell]:
        """For the contacts that are online themselves; who comes with them is greeted."""
        told: defaultdict[UUID, list[str]] = defaultdict(list)
        for mine, other in self._pairs:
            left = mine in self._left
            if mine in self._names and (left or self._is_news(mine, other)):
                told[other].append(self._frame(mine, online=not left))
        return [whispers(user_id, frames) for user_id, frames in told.items()]

    def _is_news(self, mine: UUID, other: UUID) -> bool:
        """Whether `other` is to hear that `mine` is here; who comes at the same moment is greeted."""
        if mine in self._back:
            return other in self._lately
        return mine in self._came and other not in self._came

    def greetings(self) -> dict[UUID, list[str]]:
        """By user: the frames that say which contacts are online."""
        told: defaultdict[UUID, list[str]] = defaultdict(list)
        for mine, other in self._pairs:
            if mine in self._greeted and other in self._names:
                told[mine].append(self._frame(other, online=True))
        return dict(told)

    def _frame(self, user_id: UUID, *, online: bool) -> str:
        return encode({"type": "presence", "user": self._names[user_id], "online": online})


def _names_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    if not user_ids:
        return {}
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "username"))
