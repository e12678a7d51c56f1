"""Who is in a room."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Router
from ninja.responses import Status

from core.api.auth import SignedInRequest
from core.api.schemas import writes
from realtime.chat import members
from realtime.chat.api.lookup import PersonInPath, RoomInPath, refusing
from realtime.chat.api.schemas import RoomFacts
from realtime.chat.payloads import room_payload

router = Router(tags=["chat"])


@router.put(
    "/rooms/{uuid:room_id}/members/{user}",
    response=writes(200, RoomFacts, 404, 409),
    summary="Bring somebody into a room, or join a public one",
)
def add_room_member(request: SignedInRequest, room: RoomInPath, user: PersonInPath) -> dict[str, Any]:
    """By name; `me` is you. Members bring others in. Direct, task and system rooms are fixed: 409."""
    if not user.is_active:
        raise Http404
    with refusing():
        room = members.add_member(room, request.user, user)
    return room_payload(room, request.user)


@router.delete(
    "/rooms/{uuid:room_id}/members/{user}",
    response=writes(204, None, 404, 409),
    summary="Leave a room, or put somebody out",
)
def remove_room_member(request: SignedInRequest, room: RoomInPath, user: PersonInPath) -> Status[None]:
    """By name; `me` is you. Others may be put out by who made the room."""
    with refusing():
        members.remove_member(room, request.user, user)
    return Status(204, None)
