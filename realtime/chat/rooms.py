"""Making rooms and keeping them: by people, for shared tasks, for the site itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.text import can_be_stored, is_blank
from core.validation import InvalidInput
from realtime.chat.models import MEMBERS_LIMIT, NAME_LIMIT, Membership, Room
from realtime.chat.notes import note_invitation, subject_of
from realtime.chat.plain import without_direction
from realtime.chat.refusals import DoesNotFit, NotAllowed
from realtime.chat.telling import tell_room
from realtime.events import Publisher, publishing
from realtime.notifications.many import read_by_each

DIRECT_MEMBERS = 2
KINDS_OF_PEOPLE = (Room.Kind.PRIVATE, Room.Kind.PUBLIC)
"""Rooms whose name and members people choose."""


def unread_of(user: User) -> int:
    """What is unread in all of a user's rooms: the number on the chat's mark."""
    theirs = Membership.objects.filter(user=user)
    return int(theirs.aggregate(unread=Sum("unread", default=0))["unread"])


def people_named(names: Iterable[str], field: str = "members") -> list[User]:
    """The people with these names. Raise `InvalidInput`, which names the unknown ones."""
    wanted = list(dict.fromkeys(names))
    known = filter(can_be_stored, wanted)
    found = {user.username: user for user in User.objects.filter(is_active=True, username__in=known)}
    unknown = [name for name in wanted if name not in found]
    if unknown:
        words = _("There is nobody called %(names)s.")
        raise InvalidInput({field: words % {"names": ", ".join(unknown)}})
    return [found[name] for name in wanted]


def make_room(
    creator: User, kind: str, *, name: str = "", members: Collection[str] = ()
) -> tuple[Room, bool]:
    """A room of `creator` and `members`, and whether it is new: there is one direct room of two people.

    Raise `InvalidInput`.
    """
    others = [user for user in people_named(members) if user.pk != creator.pk]
    if kind == Room.Kind.DIRECT:
        return _direct_room(creator, others)
    if kind not in KINDS_OF_PEOPLE:
        words = _("Such rooms are not made by hand: a task's comes with sharing it, the system's by itself.")
        raise InvalidInput({"kind": words})
    if len(others) + 1 > MEMBERS_LIMIT:
        raise InvalidInput({"members": too_many()})
    name = clean_name(name)
    with publishing() as publisher:
        called = name or ", ".join(user.username for user in (creator, *others))[:NAME_LIMIT]
        room = Room.objects.create(kind=kind, name=called, created_by=creator)
        join(room, [creator, *others])
        note_invitation(publisher, room, creator, others)
        tell_room(publisher, room)
    return room, True


def clean_name(name: str) -> str:
    """One line that can be read, "" when there is nothing to see in it. Raise `InvalidInput`."""
    if not can_be_stored(name):
        raise InvalidInput({"name": _("Remove the NUL characters and broken surrogate pairs.")})
    line = " ".join(without_direction(name).split())
    return "" if is_blank(line) else line[:NAME_LIMIT]


def too_many() -> str:
    return _("A room has at most %(n)d members.") % {"n": MEMBERS_LIMIT}


def _direct_room(creator: User, others: Collection[User]) -> tuple[Room, bool]:
    if len(others) != DIRECT_MEMBERS - 1:
        raise InvalidInput({"members": _("Name the one person with whom you want to talk.")})
    (other,) = others
    first, second = sorted([creator.pk, other.pk])
    with publishing() as publisher:
        room, made = Room.objects.get_or_create(
            key=f"direct:{first.hex}:{second.hex}",
            defaults={"kind": Room.Kind.DIRECT, "created_by": creator},
        )
        if made:
            join(room, [creator, other])
            tell_room(publisher, room)
    return room, made


def join(room: Room, people: Iterable[User]) -> None:
    """Put `people` into `room`, whose row is locked or new. What was said before counts as read."""
    memberships = [Membership(room=room, user=user, read_until=room.spoken_at) for user in people]
    Membership.objects.bulk_create(memberships, batch_size=100)


def locked(room: Room) -> Room:
    """The room as it is now; until the transaction ends nobody else changes it. Raise `Room.DoesNotExist`."""
    return Room.objects.select_for_update().get(pk=room.pk)


def rename_room(room: Room, user: User, name: str) -> Room:
    """Raise `NotAllowed`, `DoesNotFit` or `InvalidInput`."""
    if room.kind not in KINDS_OF_PEOPLE:
        raise DoesNotFit(_("This room's name follows what it is about."))
    if not room.memberships.filter(user=user).exists():
        raise NotAllowed(_("Join the room first."))
    name = clean_name(name)
    if not name:
        raise InvalidInput({"name": _("Give some text.")})
    with publishing() as publisher:
        room = locked(room)
        room.name = name
        room.save(update_fields=["name"])
        tell_room(publisher, room)
    return room


def set_level(room: Room, user: User, level: str) -> None:
    """How much of `room` its member `user` wants to be notified of. Raise `NotAllowed`."""
    with publishing() as publisher:
        room = locked(room)
        changed = room.memberships.filter(user=user).update(level=level)
        if not changed:
            raise NotAllowed(_("Join the room first."))
        tell_room(publisher, room, to={user.pk})


def keep_task_room(publisher: Publisher, task_id: UUID, *, name: str, member_ids: Collection[UUID]) -> Room:
    """Make the room of a shared task, or bring its name and members up to date."""
    made_of = {"kind": Room.Kind.TASK, "name": name[:NAME_LIMIT]}
    Room.objects.get_or_create(task_id=task_id, defaults=made_of)
    room = Room.objects.select_for_update().get(task_id=task_id)
    room.name = without_direction(name)[:NAME_LIMIT]
    room.save(update_fields=["name"])
    present = set(room.memberships.values_list("user_id", flat=True))
    wanted = set(member_ids)
    join(room, User.objects.filter(pk__in=wanted - present).order_by("pk"))
    part_with(publisher, room, present - wanted)
    tell_room(publisher, room, gone=sorted(present - wanted))
    return room


def drop_task_room(publisher: Publisher, task_id: UUID) -> None:
    """Take the room of a task away, with all that was said there."""
    room = Room.objects.select_for_update().filter(task_id=task_id).first()
    if room:
        drop_room(publisher, room)


def close_task_room(publisher: Publisher, task_id: UUID) -> None:
    """Put everybody out of the room of a task that is hidden. What was said stays, for `keep_task_room`."""
    room = Room.objects.select_for_update().filter(task_id=task_id).first()
    if room:
        _put_all_out(publisher, room)


def drop_room(publisher: Publisher, room: Room) -> None:
    """Delete `room`, whose row is locked, and tell its members that they are out."""
    _put_all_out(publisher, room)
    room.delete()


def _put_all_out(publisher: Publisher, room: Room) -> None:
    gone = sorted(room.memberships.values_list("user_id", flat=True))
    part_with(publisher, room, gone)
    tell_room(publisher, room, gone=gone)


def part_with(publisher: Publisher, room: Room, user_ids: Collection[UUID]) -> None:
    """Put people out of `room`, whose row is locked; nothing of it stays with them."""
    room.memberships.filter(user__in=user_ids).delete()
    read_by_each(publisher, user_ids, subject_of(room.pk))


def next_moment(room: Room) -> datetime:
    """A time for what happens now in `room`, whose row is locked: later than all that happened there."""
    return max(timezone.now(), room.spoken_at + timedelta(microseconds=1))
