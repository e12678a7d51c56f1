"""Rooms: make, list, read, rename, mark as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from ninja.responses import Status

from core.api.auth import SignedInRequest
from core.api.schemas import reads, writes
from core.pagination import Page, page_of
from realtime.chat import reading, rooms
from realtime.chat.api.lookup import RoomInPath, refusing
from realtime.chat.api.schemas import ReadInput, RoomFacts, RoomInput, RoomList, RoomPatch, RoomQuery
from realtime.chat.files import file_response
from realtime.chat.models import ChatFile, Room
from realtime.chat.payloads import room_payload, room_payloads

router = Router(tags=["chat"])

FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/rooms", response=reads(RoomList, 422), summary="List your rooms")
def list_rooms(request: SignedInRequest, query: Query[RoomQuery]) -> dict[str, Any]:
    """Those where something was said last come first."""
    mine = Room.objects.filter(kind=Room.Kind.PUBLIC) if query.public else Room.objects.of(request.user)
    page: Page[Room] = page_of(mine, ["-spoken_at", "-id"], query)
    items = room_payloads(page.rows, request.user)
    return {
        "items": items,
        "next": page.next,
        "total": page.total,
        "unread": rooms.unread_of(request.user),
    }


@router.post(
    "/rooms", response=writes(201, RoomFacts, 400, 415, 422) | {200: RoomFacts}, summary="Make a room"
)
def make_room(request: SignedInRequest, body: RoomInput) -> Status[dict[str, Any]]:
    """There is one direct room of two people: asking for it again gives it, with 200."""
    room, made = rooms.make_room(request.user, body.kind, name=body.name, members=body.members)
    return Status(201 if made else 200, room_payload(room, request.user))


@router.get("/rooms/{uuid:room_id}", response=reads(RoomFacts, 404), summary="Read a room")
def get_room(request: SignedInRequest, room: RoomInPath) -> dict[str, Any]:
    return room_payload(room, request.user)


@router.patch(
    "/rooms/{uuid:room_id}",
    response=writes(200, RoomFacts, 400, 404, 409, 415, 422),
    summary="Rename a room, or choose what you hear of it",
)
def change_room(request: SignedInRequest, room: RoomInPath, body: RoomPatch) -> dict[str, Any]:
    """`name` is for all members of private and public rooms, `level` for you alone."""
    with refusing():
        if body.name is not None:
            room = rooms.rename_room(room, request.user, body.name)
        if body.level is not None:
            rooms.set_level(room, request.user, body.level)
    return room_payload(room, request.user)


@router.post(
    "/rooms/{uuid:room_id}/read",
    response=writes(200, RoomFacts, 400, 404, 415, 422),
    summary="Mark a room as read",
)
def read_room(request: SignedInRequest, room: RoomInPath, body: ReadInput | None = None) -> dict[str, Any]:
    """The marker never goes back."""
    with refusing():
        reading.read_room(room, request.user, body.until if body else None)
    return room_payload(room, request.user)


@router.get(
    "/rooms/{uuid:room_id}/files/{uuid:file_id}",
    response=reads(None, 404),
    summary="Download a file",
    openapi_extra={"responses": {200: {"content": FILE}}},
)
def get_file(request: SignedInRequest, room: RoomInPath, file_id: UUID) -> HttpResponse:
    """Pictures may be shown in place, anything else is to be saved."""
    return file_response(get_object_or_404(ChatFile, pk=file_id, message__room=room))
