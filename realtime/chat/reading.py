"""How far people have read, and what is unread after it: counters that a recount always confirms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core.models import User
from core.validation import InvalidInput
from realtime.chat.models import Membership, Message, Room
from realtime.chat.notes import subject_of
from realtime.chat.payloads import SEEN_BY_MEMBERS
from realtime.chat.refusals import NotAllowed
from realtime.chat.rooms import locked
from realtime.chat.telling import tell_room
from realtime.events import Publisher, publishing
from realtime.notifications.many import read_by_each


def read_room(room: Room, user: User, until: UUID | None = None) -> Membership:
    """`user` has read `room` as far as the message `until`, or all of it. The marker never goes back.

    Raise `NotAllowed` for who is not in the room, `InvalidInput` for a message that is not there.
    """
    with publishing() as publisher:
        room = locked(room)
        membership = room.memberships.filter(user=user).select_related("user").first()
        if membership is None:
            raise NotAllowed(_("Join the room first."))
        marker = _time_of(room, until) if until else room.spoken_at
        move_marker(publisher, room, membership, marker)
    return membership


def _time_of(room: Room, until: UUID) -> datetime:
    time = room.messages.filter(pk=until).values_list("created_at", flat=True).first()
    if time is None:
        raise InvalidInput({"until": _("There is no such message in this room.")})
    return time


def move_marker(publisher: Publisher, room: Room, membership: Membership, marker: datetime) -> None:
    """Move a member's read marker forward to `marker`, recount and tell. The room's row is locked."""
    before = (membership.read_until, membership.unread, membership.mentions)
    if membership.read_until is None or membership.read_until < marker:
        membership.read_until = marker
    everything = membership.read_until >= room.spoken_at
    membership.unread, membership.mentions = (0, 0) if everything else recounted(membership)
    if before != (membership.read_until, membership.unread, membership.mentions):
        membership.save(update_fields=["read_until", "unread", "mentions"])
        tell_room(publisher, room, to=None if _seen_by_all(room) else {membership.user_id})
    if not membership.unread:
        read_by_each(publisher, [membership.user_id], subject_of(room.pk))


def _seen_by_all(room: Room) -> bool:
    """Whether the others are told how far somebody has read."""
    return room.memberships.count() <= SEEN_BY_MEMBERS


def recounted(membership: Membership) -> tuple[int, int]:
    """How many messages of others are unread, and in how many of them the member is mentioned."""
    unread = unread_messages(membership)
    mentioning = unread.exclude(mentioned=[]).values_list("mentioned", flat=True)
    name = membership.user.username
    return unread.count(), sum(name in names for names in mentioning.iterator(chunk_size=1_000))


def unread_messages(membership: Membership) -> QuerySet[Message]:
    others = Q(author=None) | ~Q(author=membership.user_id)
    unread = Message.objects.filter(others, room=membership.room_id, deleted_at=None)
    return unread.filter(created_at__gt=membership.read_until) if membership.read_until else unread


def count_in(message: Message) -> None:
    """A new message is unread for all but its author, who has read the room by speaking in it."""
    members = Membership.objects.filter(room=message.room_id)
    others = members.exclude(user=message.author_id) if message.author_id else members
    others.update(unread=F("unread") + 1)
    count_mentions(message, message.mentioned, 1)
    members.filter(user=message.author_id).update(unread=0, mentions=0, read_until=message.created_at)


def count_out(message: Message) -> list[UUID]:
    """A message that is being deleted is unread for nobody. Return whom that leaves with nothing unread."""
    waiting = list(_still_unread(message).order_by("user_id").values_list("user_id", flat=True))
    _still_unread(message).filter(unread__gt=0).update(unread=F("unread") - 1)
    count_mentions(message, message.mentioned, -1)
    relieved = Membership.objects.filter(room=message.room_id, user__in=waiting, unread=0)
    return list(relieved.order_by("user_id").values_list("user_id", flat=True))


def count_mentions(message: Message, names: list[str], by: int) -> None:
    """A message that some have not read mentions them from now on, or no longer."""
    if not names:
        return
    theirs = _still_unread(message).filter(user__username__in=names)
    theirs = theirs.filter(mentions__gt=0) if by < 0 else theirs
    theirs.update(mentions=F("mentions") + by)


def _still_unread(message: Message) -> QuerySet[Membership]:
    unread = Q(read_until=None) | Q(read_until__lt=message.created_at)
    members = Membership.objects.filter(unread, room=message.room_id)
    return members.exclude(user=message.author_id) if message.author_id else members
