"""Who is typing: whispered to the room's other members, at most every two seconds."""

from __future__ import annotations

import time
from collections.abc import Collection
from uuid import UUID

from realtime import bells
from realtime.chat.ids import uuid_in
from realtime.chat.models import Membership
from realtime.events import encode, whispers
from realtime.threads import THREADS_OF_SOCKETS

SECONDS_BETWEEN = 2.0
REMEMBERED = 10_000

_told: dict[tuple[UUID, UUID], float] = {}
"""When this process last told it, by user and room. Another process may tell it again: no harm."""


async def tell_typing(user_id: UUID, room_id: str) -> None:
    """Tell the others in the room, if it is one of the user's."""
    room = uuid_in(room_id)
    if room is None or not _due(user_id, room):
        return
    name, others = await THREADS_OF_SOCKETS.run(_company, user_id, room)
    if name is None:
        return
    frame = encode({"type": "typing", "room_id": str(room), "user": name})
    await bells.send([whispers(other, [frame]) for other in others])


def _due(user_id: UUID, room: UUID) -> bool:
    now = time.monotonic()
    if now - _told.get((user_id, room), -SECONDS_BETWEEN) < SECONDS_BETWEEN:
        return False
    if len(_told) >= REMEMBERED:
        _told.clear()
    _told[user_id, room] = now
    return True


def _company(user_id: UUID, room: UUID) -> tuple[str | None, Collection[UUID]]:
    """The user's name, None for who is not in the room, and the ids of the others in it."""
    members = Membership.objects.filter(room=room).values_list("user_id", "user__username")
    names = dict(members)
    return names.pop(user_id, None), list(names)
