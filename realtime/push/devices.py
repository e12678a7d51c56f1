"""Browsers that wait for pushes: who they belong to, and what their owner knows them by."""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction

from core.models import User
from realtime.models import Subscription

MOST_DEVICES = 20
AUTH_BYTES = 16
POINT_BYTES = 65
"""Of an uncompressed point: RFC 8291 §3.1 knows no other."""
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""Each names also those below it: the first one counts."""
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


def subscribe(user: User, *, endpoint: str, p256dh: str, auth: str, device: str) -> Subscription:
    """Note that pushes for `user` go to this browser, and to nobody else there; the oldest beyond 20 goes."""
    digest = digest_of(endpoint)
    with transaction.atomic():
        Subscription.objects.filter(digest=digest).exclude(user=user).delete()
        facts = {"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device}
        subscription, _made = Subscription.objects.update_or_create(digest=digest, defaults=facts)
        mine = user.push_subscriptions.order_by("-created_at", "-pk")
        Subscription.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_DEVICES:])).delete()
    return subscription


def digest_of(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def is_public_key(text: str) -> bool:
    """Whether it is an uncompressed point of P-256, base64url."""
    point = _bytes_of(text)
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == POINT_BYTES


def is_secret(text: str) -> bool:
    """Whether it is an authentication secret (RFC 8291 §3.2), base64url."""
    return len(_bytes_of(text)) == AUTH_BYTES


def _bytes_of(text: str) -> bytes:
    """Nothing for what is no base64url."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", text, re.ASCII):
        return b""
    bare = text.rstrip("=")
    return b"" if len(bare) % 4 == 1 else base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def device_of(user_agent: str) -> str:
    """A browser's name and system, like `Firefox, Windows`; the first word of what is no browser."""
    browser = next((name for mark, name in _BROWSERS.items() if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent.partition(" ")[0][:100]
