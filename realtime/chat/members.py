"""Coming into rooms and leaving them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import User
from realtime.chat.models import MEMBERS_LIMIT, Membership, Room
from realtime.chat.notes import note_invitation
from realtime.chat.refusals import DoesNotFit, NotAllowed
from realtime.chat.rooms import KINDS_OF_PEOPLE, drop_room, join, locked, part_with, too_many
from realtime.chat.telling import tell_room
from realtime.events import Publisher, publishing


def add_member(room: Room, actor: User, user: User) -> Room:
    """`actor` brings `user` into a room, or joins a public one. Raise `NotAllowed` or `DoesNotFit`."""
    _refuse_fixed(room)
    with publishing() as publisher:
        room = locked(room)
        present = set(room.memberships.values_list("user_id", flat=True))
        if actor.pk not in present and not (room.kind == Room.Kind.PUBLIC and actor == user):
            raise NotAllowed(_("Join the room first."))
        if user.pk in present:
            return room
        if len(present) >= MEMBERS_LIMIT:
            raise DoesNotFit(too_many())
        join(room, [user])
        if user != actor:
            note_invitation(publisher, room, actor, [user])
        tell_room(publisher, room)
    return room


def remove_member(room: Room, actor: User, user: User) -> None:
    """Somebody leaves, or the room's creator puts them out.

    Raise `NotAllowed`, `DoesNotFit`, or `Membership.DoesNotExist` for who is not in the room.
    """
    _refuse_fixed(room)
    with publishing() as publisher:
        room = locked(room)
        room.memberships.get(user=user)
        if actor not in (user, room.created_by):
            raise NotAllowed(_("Only who made the room may put somebody out."))
        part_with(publisher, room, [user.pk])
        heir = _longest_in(room)
        if heir is None and room.kind == Room.Kind.PRIVATE:
            tell_room(publisher, room, gone=[user.pk])
            drop_room(publisher, room)
            return
        if user == room.created_by:
            _pass_on(room, heir)
        tell_room(publisher, room, gone=[user.pk])


def leave_all_rooms(publisher: Publisher, user: User) -> None:
    """`user` is about to be deleted: their rooms go on without them, those with nobody left in them go.

    They themselves are told nothing. What the others are told has them gone already.
    """
    theirs = Room.objects.filter(pk__in=Room.objects.of(user).values("pk"))
    for room in theirs.order_by("pk").select_for_update():
        room.memberships.filter(user=user).delete()
        room.messages.filter(author=user).update(author=None)
        heir = _longest_in(room)
        if heir is None and room.kind != Room.Kind.PUBLIC:
            room.delete()
            continue
        if user == room.created_by:
            _pass_on(room, heir)
        tell_room(publisher, room)


def _longest_in(room: Room) -> Membership | None:
    return room.memberships.order_by("pk").select_related("user").first()


def _pass_on(room: Room, heir: Membership | None) -> None:
    """The room belongs to who is in it for longest."""
    room.created_by = heir.user if heir else None
    room.save(update_fields=["created_by"])


def _refuse_fixed(room: Room) -> None:
    if room.kind == Room.Kind.TASK:
        raise DoesNotFit(_("Who is in a task's room follows from who shares the task."))
    if room.kind not in KINDS_OF_PEOPLE:
        raise DoesNotFit(_("Nobody can be added to this room or leave it."))
