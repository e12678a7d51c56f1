"""Emoji on messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router
from ninja.responses import Status

from core.api.auth import SignedInRequest
from core.api.schemas import writes
from realtime.chat import messages
from realtime.chat.api.lookup import RoomInPath, message_in, refusing
from realtime.chat.api.schemas import MessageFacts
from realtime.chat.payloads import message_payload

router = Router(tags=["chat"])

ADDRESS = "/rooms/{uuid:room_id}/messages/{uuid:message_id}/reactions/{emoji}"


@router.put(ADDRESS, response=writes(200, MessageFacts, 404, 409, 422), summary="React to a message")
def add_reaction(request: SignedInRequest, room: RoomInPath, message_id: UUID, emoji: str) -> dict[str, Any]:
    """With one emoji; a message has at most 20 different ones."""
    with refusing():
        message = messages.react(message_in(room, message_id), request.user, emoji)
    return message_payload(message, request.user)


@router.delete(ADDRESS, response=writes(204, None, 404, 409), summary="Take a reaction back")
def remove_reaction(request: SignedInRequest, room: RoomInPath, message_id: UUID, emoji: str) -> Status[None]:
    with refusing():
        messages.unreact(message_in(room, message_id), request.user, emoji)
    return Status(204, None)
