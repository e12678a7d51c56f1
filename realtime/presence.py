"""Who is here, over all processes: from the rows of their open sockets (design §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from core.models import User
from realtime import bells
from realtime.chat.models import Membership
from realtime.events import encode, whispers
from realtime.models import OpenSocket


def is_active(user_id: UUID) -> bool:
    """Whether somebody looks at one of the user's pages, as far as is known."""
    return OpenSocket.objects.alive().filter(user=user_id, active_until__gt=timezone.now()).exists()


def online_among(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of `user_ids` that have a socket open somewhere."""
    theirs = OpenSocket.objects.alive().filter(user__in=set(user_ids))
    return set(theirs.values_list("user_id", flat=True).distinct())


class Whereabouts:
    """What contacts hear of who `came` and `left`, and what new sockets of `greeted` hear of contacts."""

    def __init__(self, *, came: set[UUID], left: set[UUID], greeted: set[UUID]) -> None:
        self._came, self._left, self._greeted = came, left, greeted
        pairs = Membership.objects.contacts_of(came | left | greeted)
        online = online_among({other for _, other in pairs})
        self._pairs = [pair for pair in pairs if pair[1] in online]
        self._names = _names_of(came | left | {other for mine, other in self._pairs if mine in greeted})

    def bells(self) -> list[bells.Bell]:
        """For the contacts that are online themselves; who comes with them is greeted."""
        told: defaultdict[UUID, list[str]] = defaultdict(list)
        for mine, other in self._pairs:
            came = mine in self._came
            if mine in self._names and (mine in self._left or (came and other not in self._came)):
                told[other].append(self._frame(mine, online=came))
        return [whispers(user_id, frames) for user_id, frames in told.items()]

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
