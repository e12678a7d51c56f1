"""The ASGI application: pages and API over HTTP, events over WebSocket, the worker's bell over a channel."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
pages = get_asgi_application()

from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from daphne import http_protocol  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from core import last_requests  # noqa: E402
from core.proxies import TrustedProxies  # noqa: E402
from generator.services import GENERATION_CHANNEL  # noqa: E402
from generator.worker import GenerationConsumer  # noqa: E402
from realtime import bells  # noqa: E402
from realtime.consumers import EventsConsumer  # noqa: E402
from realtime.sockets import SOCKETS  # noqa: E402

last_requests.BEFORE_EXIT.append(SOCKETS.leave)


class WholeBodies(http_protocol.WebRequest):  # type: ignore[misc]  # Daphne ships no types
    """Leaves forms to Django. Twisted would read them as well, on the loop that serves everybody.

    200 MB of files kept every page waiting for 9 s and took 2.4 GB; without it 0.4 s and 0.4 GB.
    """

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802  # Twisted's name
        self._parsePOSTFormSubmission = False
        super().requestReceived(command, path, version)


http_protocol.WebRequest = WholeBodies


async def refuse(_scope: Any, _receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """There is no such socket."""
    await send({"type": "websocket.close"})


events, anything_else = cast(Any, EventsConsumer.as_asgi()), cast(Any, refuse)
"""Channels' routes hold applications; Django's types know only views there."""
sockets: list[Any] = [path("ws/events", events), re_path("", anything_else)]
router = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": CookieMiddleware(URLRouter(sockets)),
        "channel": ChannelNameRouter({GENERATION_CHANNEL: GenerationConsumer.as_asgi()}),
    }
)
behind_proxies = TrustedProxies(router)


async def application(
    scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Any]
) -> None:
    """Bells of the views' threads ring on the loop that serves the sockets."""
    bells.live_in(asyncio.get_running_loop())
    last_requests.finish_before_exit()
    if scope["type"] == "http":
        with last_requests.counted():
            await behind_proxies(scope, receive, send)
    else:
        await behind_proxies(scope, receive, send)
