"""The ASGI application: pages and API over HTTP, the event stream over WebSocket, the worker's bell over a channel."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
pages = get_asgi_application()

from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from core.proxies import TrustedProxies  # noqa: E402
from generator.services import GENERATION_CHANNEL  # noqa: E402
from generator.worker import GenerationConsumer  # noqa: E402
from realtime import bells  # noqa: E402
from realtime.consumers import EventsConsumer  # noqa: E402


async def refuse(
    scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Any]
) -> None:
    """There is no such socket."""
    await send({"type": "websocket.close"})


router = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": CookieMiddleware(
            URLRouter([path("ws/events", EventsConsumer.as_asgi()), re_path("", refuse)])
        ),
        "channel": ChannelNameRouter({GENERATION_CHANNEL: GenerationConsumer.as_asgi()}),
    }
)
behind_proxies = TrustedProxies(router)


async def application(
    scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Any]
) -> None:
    """Bells of the views' threads ring on the loop that serves the sockets."""
    bells.live_in(asyncio.get_running_loop())
    await behind_proxies(scope, receive, send)
