"""Finding what a caller may see of the chat; what they may not is absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Path
from ninja.errors import AuthorizationError
from pydantic import PlainValidator, ValidationInfo

from core.api.problems import Conflict
from core.models import User, people_called
from realtime.chat.models import Message, Room
from realtime.chat.refusals import DoesNotFit, NotAllowed


def _visible_room(room_id: UUID, info: ValidationInfo) -> Room:
    return get_object_or_404(Room.objects.open_to(_caller(info)), pk=room_id)


def _person(name: str, info: ValidationInfo) -> User:
    """`me` is the caller, unless somebody is called so."""
    found = people_called(name).first()
    if found is None and name == "me":
        return _caller(info)
    if found is None:
        raise Http404
    return found


def _caller(info: ValidationInfo) -> User:
    assert info.context, "ninja gives the request"
    caller: User = info.context["request"].user
    return caller


RoomInPath = Annotated[
    Room, PlainValidator(_visible_room, json_schema_input_type=UUID), Path(..., alias="room_id")
]
PersonInPath = Annotated[User, PlainValidator(_person, json_schema_input_type=str), Path(..., alias="user")]


def message_in(room: Room, message_id: UUID) -> Message:
    """Raise `Http404`."""
    return get_object_or_404(Message.objects.select_related("room"), room=room, pk=message_id)


@contextmanager
def refusing() -> Iterator[None]:
    """The chat's refusals as answers. What went away meanwhile is absent."""
    try:
        yield
    except NotAllowed as refusal:
        raise AuthorizationError(message=str(refusal)) from refusal
    except DoesNotFit as refusal:
        raise Conflict(str(refusal)) from refusal
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
