"""Notifications over HTTP (interface §3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import AuthorizationError
from ninja.responses import Status
from pydantic import BaseModel, Field, StrictBool

from core.api.auth import SignedInRequest
from core.api.schemas import Listing, reads, writes
from core.pagination import PageQuery, page_of
from core.validation import Input, InvalidInput, Text
from realtime.models import Notification
from realtime.notifications.muting import mute, mute_payloads, mutes_of, subjects_of, unmute
from realtime.notifications.preferences import (
    PreferencesInput,
    QuietInput,
    WaysInput,
    preferences_payload,
    save_preferences,
)
from realtime.notifications.sending import Announcement, send
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


Ids = Annotated[list[UUID], Field(max_length=1_000)]


class NotificationFacts(BaseModel):
    id: UUID
    kind: Kind
    subject: Annotated[str, Field(description="The task or room it is about, for muting; empty for neither.")]
    title: str
    body: str
    url: str
    count: Annotated[int, Field(description="How many times it was told while unread.")]
    seen_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    created_at: datetime
    muted: bool


class NotificationList(Listing):
    items: list[NotificationFacts]
    unread: int


class Unread(BaseModel):
    unread: int


class Chosen(Input):
    """Either `ids` or `all`."""

    ids: Ids | None = None
    all: StrictBool | None = None


class Muted(Input):
    """`ids` of notifications, or the `subjects` themselves."""

    ids: Ids = []
    subjects: Annotated[list[Annotated[Text, Field(max_length=80)]], Field(max_length=1_000)] = []


class MuteFacts(BaseModel):
    subject: str
    title: Annotated[str, Field(description="What was told last of it; empty once that is cleaned up.")]
    url: str
    created_at: datetime


class MuteList(Listing):
    items: list[MuteFacts]


class Sent(BaseModel):
    count: int


class PreferencesFacts(BaseModel):
    kinds: dict[Kind, WaysInput]
    quiet: QuietInput | None
    targets: Annotated[list[str], Field(description="Their secrets are masked.")]


class NotificationQuery(PageQuery):
    archived: Annotated[bool, Field(description="Those put away instead of the others.")] = False
    unread: Annotated[bool, Field(description="Only those that are unread.")] = False


@router.get("/notifications", response=reads(NotificationList, 422), summary="List your notifications")
def list_notifications(request: SignedInRequest, query: Query[NotificationQuery]) -> dict[str, Any]:
    """The newest first, without the archived ones."""
    mine = Notification.objects.filter(user=request.user, archived_at__isnull=not query.archived).with_mutes()
    page = page_of(mine.unread() if query.unread else mine, ["-created_at", "-id"], query)
    return page.listing(notification_payload, unread=unread_of(request.user.pk))


@router.post("/notifications", response=writes(201, Sent, 400, 415, 422), summary="Tell people something")
def send_notifications(request: SignedInRequest, body: Announcement) -> Status[dict[str, int]]:
    """Staff alone: `system` notifications to `users`, or to all."""
    if not request.user.is_staff:
        raise AuthorizationError(message=_("Only staff may send notifications."))
    return Status(201, {"count": send(body)})


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


@router.get("/notifications/mutes", response=reads(MuteList, 422), summary="List what you muted")
def list_mutes(request: SignedInRequest, query: Query[PageQuery]) -> dict[str, Any]:
    user_id = request.user.pk
    page = page_of(mutes_of(user_id), ["-created_at", "-id"], query)
    return {"items": mute_payloads(user_id, page.rows), "next": page.next, "total": page.total}


@router.post(
    "/notifications/mute", response=writes(200, Unread, 400, 415, 422), summary="Mute a task or room"
)
def mute_notifications(request: SignedInRequest, body: Muted) -> dict[str, int]:
    """What comes of these tasks and rooms from now on is archived at once, and nothing else tells of it."""
    return _mute(request, body, mute)


@router.post("/notifications/unmute", response=writes(200, Unread, 400, 415, 422), summary="Take a mute back")
def unmute_notifications(request: SignedInRequest, body: Muted) -> dict[str, int]:
    return _mute(request, body, unmute)


@router.get(
    "/notifications/preferences",
    response=reads(PreferencesFacts),
    by_alias=True,
    summary="Where you are told of what, and when not",
)
def get_preferences(request: SignedInRequest) -> dict[str, Any]:
    return preferences_payload(request.user.pk)


@router.put(
    "/notifications/preferences",
    response=writes(200, PreferencesFacts, 400, 415, 422),
    by_alias=True,
    summary="Change them",
)
def put_preferences(request: SignedInRequest, body: PreferencesInput) -> dict[str, Any]:
    """What is left out stays as it is: fields, kinds and channels."""
    save_preferences(request.user.pk, body.given())
    return preferences_payload(request.user.pk)


def _mark(
    request: SignedInRequest, body: Chosen, mark: Callable[[UUID, Sequence[UUID] | None], int]
) -> dict[str, int]:
    if (body.ids is None) != bool(body.all):
        raise InvalidInput({"ids": _("Give either `ids` or `all: true`.")})
    return {"unread": mark(request.user.pk, body.ids)}


def _mute(
    request: SignedInRequest, body: Muted, change: Callable[[UUID, Collection[str]], int]
) -> dict[str, int]:
    if not body.ids and not body.subjects:
        raise InvalidInput({"ids": _("Give `ids` or `subjects`.")})
    user_id = request.user.pk
    return {"unread": change(user_id, subjects_of(user_id, body.ids) | set(body.subjects))}
