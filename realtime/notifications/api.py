"""Notifications over HTTP (interface §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictBool

from core.api.auth import SignedInRequest
from core.api.schemas import Listing, reads, writes
from core.pagination import PageQuery, page_of
from core.validation import Input, InvalidInput
from realtime.models import Notification
from realtime.notifications.services import (
    mark_archived,
    mark_read,
    mark_seen,
    notification_payload,
    unread_of,
)

router = Router(tags=["notifications"])

Kind = Literal[
    "task.completed", "task.failed", "task.cancelled", "chat.message", "chat.mention", "chat.invite", "system"
]


class NotificationFacts(BaseModel):
    id: UUID
    kind: Kind
    title: str
    body: str
    url: str
    count: Annotated[int, Field(description="How many times it was told while unread.")]
    seen_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    created_at: datetime


class NotificationList(Listing):
    items: list[NotificationFacts]
    unread: int


class Unread(BaseModel):
    unread: int


class Chosen(Input):
    """Either `ids` or `all`."""

    ids: Annotated[list[UUID], Field(max_length=1_000)] | None = None
    all: StrictBool | None = None


class NotificationQuery(PageQuery):
    archived: Annotated[bool, Field(description="Those put away instead of the others.")] = False


@router.get("/notifications", response=reads(NotificationList, 422), summary="List your notifications")
def list_notifications(request: SignedInRequest, query: Query[NotificationQuery]) -> dict[str, Any]:
    """The newest first, without the archived ones."""
    mine = Notification.objects.filter(user=request.user, archived_at__isnull=not query.archived)
    page = page_of(mine, ["-created_at", "-id"], query)
    return page.listing(notification_payload, unread=unread_of(request.user.pk))


@router.post("/notifications/read", response=writes(200, Unread, 400, 415, 422), summary="Mark as read")
def read_notifications(request: SignedInRequest, body: Chosen) -> dict[str, int]:
    return _mark(request, body, mark_read)


@router.post("/notifications/seen", response=writes(200, Unread, 400, 415, 422), summary="Mark as seen")
def see_notifications(request: SignedInRequest, body: Chosen) -> dict[str, int]:
    """They were on a screen; they stay unread."""
    return _mark(request, body, mark_seen)


@router.post("/notifications/archive", response=writes(200, Unread, 400, 415, 422), summary="Put away")
def archive_notifications(request: SignedInRequest, body: Chosen) -> dict[str, int]:
    """They leave the list and count as read."""
    return _mark(request, body, mark_archived)


def _mark(
    request: SignedInRequest, body: Chosen, mark: Callable[[UUID, Sequence[UUID] | None], int]
) -> dict[str, int]:
    if (body.ids is None) != bool(body.all):
        raise InvalidInput({"ids": _("Give either `ids` or `all: true`.")})
    return {"unread": mark(request.user.pk, body.ids)}
