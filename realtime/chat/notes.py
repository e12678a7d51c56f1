"""Notifications that rooms give occasion to, each in its reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.models import User
from realtime.chat.models import Membership, Message, Room
from realtime.chat.plain import excerpt
from realtime.events import Publisher
from realtime.notifications.many import notify_each, restate
from realtime.notifications.models import Notification

Kind = Notification.Kind
Level = Membership.Level
Alike = defaultdict[tuple[Kind, str], list[UUID]]
"""Who is told the same, in the same language."""


def subject_of(room_id: UUID) -> str:
    """The subject of notifications about a room."""
    return f"room:{room_id}"


def url_of(room_id: UUID) -> str:
    """The room's page (interface §6)."""
    return f"/chat/{room_id}/"


def note_invitation(publisher: Publisher, room: Room, actor: User, invited: Collection[User]) -> None:
    alike: Alike = defaultdict(list)
    for user in invited:
        with override(user.language):
            title = _("%(name)s invited you to “%(room)s”") % {"name": actor.username, "room": room.name}
        alike[Kind.CHAT_INVITE, title].append(user.pk)
    _note(publisher, room, alike, "")


def note_message(
    publisher: Publisher, room: Room, message: Message, members: Sequence[Membership], mentioned: set[str]
) -> None:
    """Notify the others by what they want to hear; `mentioned` are told so instead."""
    alike: Alike = defaultdict(list)
    for member in members:
        kind = Kind.CHAT_MENTION if member.user.username in mentioned else Kind.CHAT_MESSAGE
        if member.user_id == message.author_id or not _wanted(member, kind):
            continue
        with override(member.user.language):
            title = _title(room, message, kind)
        alike[kind, title].append(member.user_id)
    _note(publisher, room, alike, body_of(message))


def body_of(message: Message) -> str:
    """What notifications say of it: the beginning of its text, or its files' names."""
    return excerpt(message.text) or ", ".join(file.name for file in message.files.all())


def note_change(publisher: Publisher, message: Message, before: str) -> None:
    """Notifications that say `before`, the `body_of` the message until now, say what it is by now."""
    if before and before != body_of(message):
        restate(publisher, subject_of(message.room_id), before, body_of(message))


def _wanted(member: Membership, kind: Kind) -> bool:
    return member.level == Level.ALL or (member.level == Level.MENTIONS and kind == Kind.CHAT_MENTION)


def _title(room: Room, message: Message, kind: Kind) -> str:
    facts = {"name": message.author.username if message.author else "", "room": room.name}
    if room.kind == Room.Kind.DIRECT:
        words = _("%(name)s mentioned you") if kind == Kind.CHAT_MENTION else "%(name)s"
    elif kind == Kind.CHAT_MENTION:
        words = _("%(name)s mentioned you in “%(room)s”")
    else:
        words = _("%(name)s in “%(room)s”")
    return words % facts


def _note(publisher: Publisher, room: Room, alike: Alike, body: str) -> None:
    for (kind, title), user_ids in alike.items():
        notify_each(
            publisher,
            sorted(user_ids),
            kind,
            subject=subject_of(room.pk),
            title=title,
            body=body,
            url=url_of(room.pk),
        )
