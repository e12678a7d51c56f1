"""Shapes of the chat API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from core.api.schemas import Listing
from core.pagination import PageQuery
from core.validation import Input, Line, Text
from realtime.chat.models import CLIENT_ID_LIMIT, NAME_LIMIT, TEXT_LIMIT

WORDS_LIMIT = 200
MEMBERS_NAMED = 1_000
"""More than a room takes, so that the answer to a longer list says what the limit is."""

RoomKind = Literal["direct", "private", "public", "task", "system"]
Level = Literal["all", "mentions", "nothing"]
Name = Annotated[Line, Field(max_length=NAME_LIMIT)]


class FileFacts(BaseModel):
    id: UUID
    name: str
    media_type: str
    size: int
    url: str


class Quote(BaseModel):
    """The beginning of the message that is answered; who holds that message shows what it says now."""

    id: UUID
    author: str | None
    text: str


class ReactionFacts(BaseModel):
    emoji: str
    users: list[str]


class MessageFacts(BaseModel):
    """A deleted message is empty. In events `html` is null where a frame could not hold the message (read
    it here), and so are `cards` in rooms of more than 50 members."""

    id: UUID
    room_id: UUID
    client_id: str
    author: Annotated[str | None, Field(description="Null: Caseloom itself, or somebody who was deleted.")]
    text: str
    html: Annotated[str | None, Field(description="`text` as clean HTML, made of its Markdown.")]
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    reply_to: Quote | None
    cards: Annotated[
        list[dict[str, Any]] | None,
        Field(description="Tasks and cases that the message links to and the reader may see."),
    ]
    reactions: list[ReactionFacts]
    files: list[FileFacts]


class MessageList(Listing):
    items: list[MessageFacts]


class RoomFacts(BaseModel):
    id: UUID
    kind: RoomKind
    name: Annotated[str, Field(description="A direct room's is the other's name.")]
    task_id: UUID | None
    created_by: str | None
    members: Annotated[
        list[str] | None, Field(description="Null in lists and events where there are more than 50.")
    ]
    members_count: int
    unread: int
    mentions: Annotated[int, Field(description="Unread messages in which the reader is mentioned.")]
    level: Annotated[
        Level | None, Field(description="What of it the reader is notified of; null: not a member.")
    ]
    read_until: Annotated[datetime | None, Field(description="Time of the last message the reader has read.")]
    read: Annotated[
        dict[str, datetime | None] | None,
        Field(description="The same for each member, in rooms of at most 10 members."),
    ]
    last_message: Annotated[
        MessageFacts | None,
        Field(description="At most 200 characters of its text, no cards, reactions or quote."),
    ]
    spoken_at: datetime


class RoomList(Listing):
    items: list[RoomFacts]
    unread: Annotated[int, Field(description="In all of your rooms together.")]


class RoomInput(Input):
    kind: Annotated[RoomKind, Field(description="`task` and `system` rooms are not made by hand.")]
    name: Name = ""
    members: Annotated[
        list[Text], Field(max_length=MEMBERS_NAMED, description="Names; you are in it anyway.")
    ] = []


class RoomPatch(Input):
    name: Annotated[Name, Field(min_length=1)] | None = None
    level: Level | None = None


class RoomQuery(PageQuery):
    public: Annotated[bool, Field(description="Public rooms instead, yours or not.")] = False


class ReadInput(Input):
    until: Annotated[UUID | None, Field(description="A message; without it all is read.")] = None


class MessageInput(Input):
    text: Annotated[str, Field(description=f"Markdown, at most {TEXT_LIMIT:,} characters.")] = ""
    client_id: Annotated[Text, Field(max_length=CLIENT_ID_LIMIT)] = ""
    reply_to: Annotated[UUID | None, Field(description="A message of the same room.")] = None


class MessagePatch(Input):
    text: str


class MessageQuery(PageQuery):
    q: Annotated[Line, Field(max_length=WORDS_LIMIT, description="Part of the text.")] = ""
