"""Sending to a browser by its push service: encrypted (RFC 8291), signed (RFC 8292), with a time limit."""

from __future__ import annotations

import asyncio
import base64
import time

import aiohttp
from aiohttp import ClientSession, ClientTimeout, TCPConnector
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher

from realtime.events import encode
from realtime.models import Notification, Subscription, VapidKeys
from realtime.notifications.outcomes import BrowserGone, Postponed, Refused, seconds_until
from realtime.push.endpoints import PublicResolver, Service, UnknownService
from realtime.push.payloads import push_payload

TTL_SECONDS = 24 * 3_600
TOKEN_SECONDS = 12 * 3_600
"""RFC 8292 §2 allows 24 hours."""
GONE = {404, 410}
LATER = {408, 425, 429}


class Sender:
    """Pushes over connections that it keeps. Belongs to one event loop."""

    def __init__(self, keys: VapidKeys, limit_seconds: float) -> None:
        self._signer = Vapid02.from_pem(keys.private_key.encode())
        self._signer.conf = {"no-strict": True}  # its own check of `sub` refuses hosts without a dot
        self._session = ClientSession(
            connector=TCPConnector(resolver=PublicResolver(), limit_per_host=16),
            timeout=ClientTimeout(total=limit_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        await self._session.close()
        await asyncio.sleep(0)  # lets the connections close

    async def push(self, subscription: Subscription, notification: Notification) -> None:
        """Raise `BrowserGone`, `Refused` or `Postponed` when it did not arrive at the push service."""
        try:
            service = Service.of(subscription.endpoint)
        except UnknownService as error:
            raise Refused("its push service is not in PUSH_HOSTS any more") from error
        headers = {
            "TTL": str(TTL_SECONDS),
            "Urgency": _urgency(notification),
            "Topic": topic_of(notification),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **self._signer.sign(self._claims(service)),
        }
        try:
            async with self._session.post(
                subscription.endpoint,
                data=_encrypted(subscription, notification),
                headers=headers,
                allow_redirects=False,
                proxy=service.proxy,
            ) as answer:
                _judge(answer, service)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Postponed(f"{service.host}: {type(error).__name__}") from error

    def _claims(self, service: Service) -> dict[str, str | int]:
        return {
            "aud": service.origin,
            "sub": settings.VAPID_SUBJECT,
            "exp": int(time.time()) + TOKEN_SECONDS,
        }


def topic_of(notification: Notification) -> str:
    """22 characters of base64url: RFC 8030 §5.4 allows 32."""
    return base64.urlsafe_b64encode(notification.pk.bytes).decode().rstrip("=")


def _urgency(notification: Notification) -> str:
    """People wait for an answer in a chat; a finished task may wait for a phone to wake up."""
    return "high" if notification.kind.startswith("chat.") else "normal"


def _encrypted(subscription: Subscription, notification: Notification) -> bytes:
    pusher = WebPusher(
        {
            "endpoint": subscription.endpoint,
            "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
        }
    )
    body: bytes = pusher.encode(encode(push_payload(notification)).encode())["body"]
    return body


def _judge(answer: aiohttp.ClientResponse, service: Service) -> None:
    what = f"{service.host} answers {answer.status}"
    if 200 <= answer.status < 300:
        return
    if answer.status in GONE:
        raise BrowserGone(what)
    if answer.status in LATER or answer.status >= 500:
        raise Postponed(what, seconds_until(answer.headers.get("Retry-After")))
    raise Refused(what)
