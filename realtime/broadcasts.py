"""Events without `seq` for everyone who is connected, each user with a part of their own.

Apps enter here what sockets are told when they open and at each heartbeat: such events are lost while nobody
listens, or with the process that tells them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from realtime import bells
from realtime.events import Payload, encode

EVERYONE = "everyone"
"""The group of all open sockets."""

Broadcast = dict[str, Any]
"""The message for `EVERYONE`: the `frame` that most get, and by user the ones that some get instead."""

GREETINGS: list[Callable[[UUID], Payload | None]] = []
"""What a user's socket is told once it is up to date, None for nothing."""
AT_EACH_BEAT: list[Callable[[], Broadcast | None]] = []
"""What the sockets of this process are told at its heartbeat, None for nothing."""


def broadcast(kind: str, own: Mapping[UUID, Payload], **payload: Any) -> Broadcast:
    """An event of type `kind` in which what is a user's `own` replaces what everyone gets."""
    frame = {"type": kind, **payload}
    frames = {user_id.hex: encode({**frame, **part}) for user_id, part in own.items()}
    return {"type": "stream.broadcast", "frame": encode(frame), "own": frames}


async def tell_everyone(message: Broadcast) -> None:
    await bells.send([(EVERYONE, message)])


def greetings(user_id: UUID) -> list[str]:
    """The frames that a socket of this user begins with."""
    return [encode(payload) for greet in GREETINGS if (payload := greet(user_id))]


def said_at_beat() -> list[Broadcast]:
    return [message for say in AT_EACH_BEAT if (message := say())]
