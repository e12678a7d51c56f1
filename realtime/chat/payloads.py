"""Rooms and messages as the API and their events give them (interface §3).

What would be too much for lists and for frames of 32 KiB is null there: a large room's `members`, a long
message's `html`, the `cards` of a message in a large room. Reading the one room or message gives it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from core.cards import cards_for
from core.models import User
from realtime.chat.models import ChatFile, Membership, Message, Reaction, Room
from realtime.chat.plain import excerpt

MEMBERS_SHOWN = 50
SEEN_BY_MEMBERS = 10
"""In larger rooms nobody is told how far others have read: each reader would tell each other one."""

WHAT_HANGS_ON_MESSAGES = (
    "author",
    "reply_to__author",
    Prefetch("files", ChatFile.objects.defer("content")),
    Prefetch("reactions", Reaction.objects.select_related("user")),
)


def room_payload(room: Room, user: User) -> dict[str, Any]:
    """A room as `user` sees it, with all of its members."""
    members = list(room.memberships.select_related("user").order_by("pk"))
    mine = next((membership for membership in members if membership.user_id == user.pk), None)
    return RoomFacts(room, members, len(members)).payload(user.pk, mine, whole=True)


def room_payloads(rooms: Sequence[Room], user: User) -> list[dict[str, Any]]:
    """The same for a list, in few queries whatever its length; large rooms come without their members."""
    prefetch_related_objects(rooms, "created_by", *_last_message())
    ids = [room.pk for room in rooms]
    counts = dict(
        Membership.objects.filter(room__in=ids).values_list("room").annotate(Count("pk")).order_by()
    )
    small = [pk for pk in ids if counts.get(pk, 0) <= MEMBERS_SHOWN]
    members: defaultdict[UUID, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(room__in=small).select_related("user").order_by("pk"):
        members[membership.room_id].append(membership)
    mine = {
        membership.room_id: membership for membership in Membership.objects.filter(room__in=ids, user=user)
    }
    return [
        RoomFacts(room, members[room.pk], counts.get(room.pk, 0)).payload(user.pk, mine.get(room.pk))
        for room in rooms
    ]


def _last_message() -> tuple[str | Prefetch[Any], ...]:
    return "last_message__author", Prefetch("last_message__files", ChatFile.objects.defer("content"))


class RoomFacts:
    """What a room's payloads have in common, whoever reads them."""

    def __init__(self, room: Room, members: Sequence[Membership], count: int) -> None:
        """`members` may be left out where there are more than `MEMBERS_SHOWN`."""
        self._room = room
        self._count = count
        self._names = {membership.user_id: membership.user.username for membership in members}
        few = count <= SEEN_BY_MEMBERS
        self._read = {m.user.username: m.read_until for m in members} if few else None
        prefetch_related_objects([room], "created_by", *_last_message())
        self._last = _last_payload(room.last_message) if room.last_message else None

    def payload(self, reader: UUID, mine: Membership | None, *, whole: bool = False) -> dict[str, Any]:
        """As `reader` sees it, whose membership is `mine`."""
        room = self._room
        return {
            "id": str(room.pk),
            "kind": room.kind,
            "name": self._name(reader),
            "task_id": str(room.task_id) if room.task_id else None,
            "created_by": room.created_by.username if room.created_by else None,
            "members": list(self._names.values()) if whole or self._count <= MEMBERS_SHOWN else None,
            "members_count": self._count,
            "unread": mine.unread if mine else 0,
            "mentions": mine.mentions if mine else 0,
            "level": mine.level if mine else None,
            "read_until": mine.read_until if mine else None,
            "read": self._read if mine else None,
            "last_message": self._last,
            "spoken_at": room.spoken_at,
        }

    def _name(self, reader: UUID) -> str:
        """A direct room has the other's name."""
        if self._room.kind == Room.Kind.DIRECT:
            others = (name for user_id, name in self._names.items() if user_id != reader)
            return next(others, _("Deleted user"))
        return str(Room.Kind.SYSTEM.label) if self._room.kind == Room.Kind.SYSTEM else self._room.name


def message_payload(message: Message, reader: User) -> dict[str, Any]:
    return message_payloads([message], reader)[0]


def message_payloads(messages: Sequence[Message], reader: User) -> list[dict[str, Any]]:
    """Messages with the cards that `reader` may see, in few queries whatever their number."""
    prefetch_related_objects(messages, *WHAT_HANGS_ON_MESSAGES)
    wanted = [reference for message in messages for reference in message.references]
    cards = cards_for(reader, dict.fromkeys(wanted))
    return [
        plain_message_payload(message)
        | {"cards": [cards[reference] for reference in message.references if reference in cards]}
        for message in messages
    ]


def plain_message_payload(message: Message) -> dict[str, Any]:
    """What every reader of a message gets alike: all but its cards. Its relations are prefetched."""
    shown = _facts(message) | {"text": message.text, "html": message.html, "cards": []}
    return shown | {
        "reply_to": _quote(message.reply_to) if message.reply_to else None,
        "reactions": _reactions(message.reactions.all()),
        "files": _files(message),
    }


def _facts(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "room_id": str(message.room_id),
        "client_id": message.client_id,
        "author": _author(message),
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "deleted": message.deleted_at is not None,
    }


def _last_payload(message: Message) -> dict[str, Any]:
    """A room's last message as lists of rooms show it: a long text is cut, and then without `html`."""
    text = excerpt(message.text)
    html = message.html if text == message.text else None
    nothing: dict[str, Any] = {"reply_to": None, "reactions": [], "cards": []}
    return _facts(message) | {"text": text, "html": html, "files": _files(message)} | nothing


def _quote(message: Message) -> dict[str, Any]:
    return {"id": str(message.pk), "author": _author(message), "text": excerpt(message.text)}


def _author(message: Message) -> str | None:
    """None: Caseloom itself, or somebody who was deleted."""
    return message.author.username if message.author else None


def _reactions(reactions: Iterable[Reaction]) -> list[dict[str, Any]]:
    users: defaultdict[str, list[str]] = defaultdict(list)
    for reaction in reactions:
        users[reaction.emoji].append(reaction.user.username)
    return [{"emoji": emoji, "users": names} for emoji, names in users.items()]


def _files(message: Message) -> list[dict[str, Any]]:
    return [
        {
            "id": str(file.pk),
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "url": f"/api/v1/rooms/{message.room_id}/files/{file.pk}",
        }
        for file in message.files.all()
    ]
