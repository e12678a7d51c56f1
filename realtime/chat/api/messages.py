"""Messages: send, read back to the start, search, edit, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query, Router
from ninja.responses import Status

from core.api.auth import SignedInRequest
from core.api.schemas import reads, writes
from core.models import User
from core.pagination import page_of
from realtime.chat import messages
from realtime.chat.api.bodies import OPENAPI, message_of
from realtime.chat.api.lookup import RoomInPath, message_in, refusing
from realtime.chat.api.schemas import MessageFacts, MessageList, MessagePatch, MessageQuery
from realtime.chat.models import Message
from realtime.chat.payloads import message_payload, message_payloads

router = Router(tags=["chat"])

ONE = "/rooms/{uuid:room_id}/messages/{uuid:message_id}"


@router.get("/rooms/{uuid:room_id}/messages", response=reads(MessageList, 404, 422), summary="Read messages")
def list_messages(request: SignedInRequest, room: RoomInPath, query: Query[MessageQuery]) -> dict[str, Any]:
    """The newest first, back to the start; with `q` those that say so, without the deleted ones."""
    found = messages.search(request.user, query.q, room) if query.q else messages.history(room)
    return _listing(found, query, request.user)


@router.get("/messages", response=reads(MessageList, 422), summary="Search all your rooms")
def search_messages(request: SignedInRequest, query: Query[MessageQuery]) -> dict[str, Any]:
    return _listing(messages.search(request.user, query.q), query, request.user)


def _listing(found: QuerySet[Message], query: MessageQuery, reader: User) -> dict[str, Any]:
    page = page_of(found, ["-created_at", "-id"], query)
    return {"items": message_payloads(page.rows, reader), "next": page.next, "total": page.total}


@router.post(
    "/rooms/{uuid:room_id}/messages",
    response=writes(201, MessageFacts, 400, 404, 413, 415, 422) | {200: MessageFacts},
    summary="Send a message",
    openapi_extra=OPENAPI,
)
def send_message(request: SignedInRequest, room: RoomInPath) -> Status[dict[str, Any]]:
    """Text, up to 10 `files` (multipart), or both. The same `client_id` again: the same message, with 200.

    403 in rooms that you are not in, and in the system conversation.
    """
    said = message_of(request)
    with refusing():
        message, new = messages.send_message(room, request.user, **said)
    return Status(201 if new else 200, message_payload(message, request.user))


@router.get(ONE, response=reads(MessageFacts, 404), summary="Read a message")
def get_message(request: SignedInRequest, room: RoomInPath, message_id: UUID) -> dict[str, Any]:
    return message_payload(message_in(room, message_id), request.user)


@router.patch(ONE, response=writes(200, MessageFacts, 400, 404, 409, 415, 422), summary="Edit a message")
def edit_message(
    request: SignedInRequest, room: RoomInPath, message_id: UUID, body: MessagePatch
) -> dict[str, Any]:
    """Its author alone."""
    with refusing():
        message = messages.edit_message(message_in(room, message_id), request.user, body.text)
    return message_payload(message, request.user)


@router.delete(ONE, response=writes(204, None, 404), summary="Delete a message")
def delete_message(request: SignedInRequest, room: RoomInPath, message_id: UUID) -> Status[None]:
    """Its author, or who made a private or public room. That there was a message stays."""
    with refusing():
        messages.delete_message(message_in(room, message_id), request.user)
    return Status(204, None)
