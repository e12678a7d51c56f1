"""What members are told of their rooms, each on their own stream (interface §4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db.models import Sum, prefetch_related_objects

from core.cards import cards_for
from realtime.chat.models import Membership, Message, Room
from realtime.chat.payloads import (
    MEMBERS_SHOWN,
    WHAT_HANGS_ON_MESSAGES,
    RoomFacts,
    plain_message_payload,
)
from realtime.events import Payload, Publisher, encode

FRAME_BYTES = 30_000
"""Of a message: the rest of a frame of 32 KiB is for what stands around it."""


def members_of(room: Room) -> list[Membership]:
    """Everyone in `room`, in order of user id: what is locked for them is locked in this order."""
    return list(room.memberships.select_related("user").order_by("user_id"))


def unread_sums(user_ids: Iterable[UUID]) -> dict[UUID, int]:
    """By user: what is unread in all their rooms together."""
    theirs = Membership.objects.filter(user__in=user_ids)
    return dict(theirs.values_list("user").annotate(Sum("unread")).order_by())


def tell_room(
    publisher: Publisher, room: Room, *, to: Collection[UUID] | None = None, gone: Collection[UUID] = ()
) -> None:
    """Tell its members, or those of them in `to`, how `room` is now; `gone` are told that they are out."""
    members = sorted(members_of(room), key=lambda membership: membership.pk)
    told = [member for member in members if to is None or member.user_id in to]
    facts = RoomFacts(room, members, len(members))
    # Asked when the streams are locked (`Publisher.tell`): then once for all.
    sums = cache(partial(unread_sums, [*(member.user_id for member in told), *gone]))
    readers: list[tuple[UUID, Membership | None]] = [(member.user_id, member) for member in told]
    for user_id, mine in [*readers, *((user_id, None) for user_id in gone)]:
        payload = facts.payload(user_id, mine)
        publisher.tell(user_id, "room.updated", room=payload, unread=partial(_sum_of, sums, user_id))


def _sum_of(sums: Callable[[], dict[UUID, int]], user_id: UUID) -> int:
    return sums().get(user_id, 0)


def tell_message(publisher: Publisher, kind: str, message: Message, members: Sequence[Membership]) -> None:
    """Tell every member of a message: alike, but for the cards, which each sees by their own rights."""
    prefetch_related_objects([message], *WHAT_HANGS_ON_MESSAGES)
    payload = plain_message_payload(message)
    alike = _fitted(payload | {"cards": None if message.references else []})
    personal = message.references and len(members) <= MEMBERS_SHOWN
    for member in members:
        shown = _fitted(payload | {"cards": _cards_of(message, member)}) if personal else alike
        publisher.tell(member.user_id, kind, room_id=str(message.room_id), message=shown)


def _cards_of(message: Message, member: Membership) -> list[dict[str, Any]]:
    cards = cards_for(member.user, message.references)
    return [cards[reference] for reference in message.references if reference in cards]


def _fitted(message: Payload) -> Payload:
    """A message that fits into a frame: without `html` and what hangs on it where it is too long."""
    if len(encode(message).encode()) <= FRAME_BYTES:
        return message
    return message | {"html": None, "reactions": [], "files": []}
