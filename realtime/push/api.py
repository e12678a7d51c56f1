"""Web Push over HTTP (interface §3): this site's key, and the caller's browsers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from core.api.auth import SignedInRequest
from core.api.schemas import Listing, reads, writes
from core.pagination import PageQuery, page_of
from core.validation import InvalidInput, Line, Text
from realtime.models import Subscription
from realtime.push import devices, keys
from realtime.push.endpoints import ENDPOINT_LIMIT, Service, UnknownService

router = Router(tags=["push"])

Endpoint = Annotated[Text, Field(min_length=1, max_length=ENDPOINT_LIMIT)]


class PushKey(BaseModel):
    key: Annotated[str, Field(description="`applicationServerKey` for `pushManager.subscribe`, base64url.")]


class PushKeys(BaseModel):
    p256dh: Annotated[Text, Field(min_length=1, max_length=200)]
    auth: Annotated[Text, Field(min_length=1, max_length=100)]


class PushSubscription(BaseModel):
    """A browser's `PushSubscription` as JSON, with whatever else browsers come to put there."""

    endpoint: Endpoint
    expirationTime: float | None = None  # noqa: N815 the browser's own name
    keys: PushKeys
    device: Annotated[
        Line, Field(max_length=200, description="What its owner calls it; by default browser and system.")
    ] = ""


class ByEndpoint(BaseModel):
    """A browser's `PushSubscription` as JSON, of which the endpoint alone counts."""

    endpoint: Endpoint


class Device(BaseModel):
    id: UUID
    device: str
    created_at: datetime
    used_at: Annotated[datetime | None, Field(description="When it was last pushed to.")]


class DeviceList(Listing):
    items: list[Device]


@router.get("/push/key", response=reads(PushKey), summary="The key to subscribe with")
def get_push_key(request: SignedInRequest) -> dict[str, str]:
    return {"key": keys.site_keys().public_key}


@router.get("/push/subscriptions", response=reads(DeviceList, 422), summary="List your devices")
def list_devices(request: SignedInRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """Browsers that are pushed to, the newest first. Their endpoints are secrets and not shown."""
    return page_of(request.user.push_subscriptions.all(), ["-created_at", "-id"], query).listing(
        device_payload
    )


@router.post("/push/subscriptions", response=writes(201, Device, 400, 415, 422), summary="Add a device")
def subscribe(request: SignedInRequest, body: PushSubscription) -> Status[dict[str, Any]]:
    """The same endpoint again is the same device; if it was another user's, it is the caller's from now on.

    At most 20 devices: the oldest goes.
    """
    _check(body)
    device = body.device or devices.device_of(request.headers.get("User-Agent", ""))
    subscription = devices.subscribe(
        request.user,
        endpoint=body.endpoint,
        p256dh=body.keys.p256dh.rstrip("="),
        auth=body.keys.auth.rstrip("="),
        device=device,
    )
    return Status(201, device_payload(subscription))


@router.delete(
    "/push/subscriptions",
    response=writes(204, None, 400, 404, 415, 422),
    summary="Remove a device by endpoint",
)
def unsubscribe(request: SignedInRequest, body: ByEndpoint) -> Status[None]:
    mine = request.user.push_subscriptions
    get_object_or_404(mine, digest=devices.digest_of(body.endpoint)).delete()
    return Status(204, None)


@router.delete(
    "/push/subscriptions/{uuid:device_id}", response=writes(204, None, 404), summary="Remove a device"
)
def remove_device(request: SignedInRequest, device_id: UUID) -> Status[None]:
    get_object_or_404(request.user.push_subscriptions, pk=device_id).delete()
    return Status(204, None)


def device_payload(subscription: Subscription) -> dict[str, Any]:
    fields = ("id", "device", "created_at", "used_at")
    return {field: getattr(subscription, field) for field in fields}


def _check(body: PushSubscription) -> None:
    errors = {}
    try:
        Service.of(body.endpoint)
    except UnknownService:
        errors["endpoint"] = _("This is no https address at a push service that this site calls.")
    if not devices.is_public_key(body.keys.p256dh):
        errors["keys.p256dh"] = _("This is no public key of a browser.")
    if not devices.is_secret(body.keys.auth):
        errors["keys.auth"] = _("This is no secret of 16 bytes.")
    if errors:
        raise InvalidInput(errors)
