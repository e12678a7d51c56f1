"""People at their open pages: sockets that keep every frame with the moment of its arrival."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ACKNOWLEDGED_EVERY = 32
WAIT_SECONDS = 90
Arrival = tuple[float, str]


class Listener:
    """One socket. Frames are kept as they came: reading them would take time from what is measured."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._came = asyncio.Condition()
        self.arrivals: list[Arrival] = []

    async def listen(self) -> None:
        async for frame in self._connection:
            self.arrivals.append((time.monotonic(), str(frame)))
            if len(self.arrivals) % ACKNOWLEDGED_EVERY == 0 or str(frame).startswith('{"type":"heartbeat"'):
                await self._connection.send(json.dumps({"type": "ack", "frames": len(self.arrivals)}))
            async with self._came:
                self._came.notify_all()

    async def until(self, wanted: Callable[[dict[str, Any]], bool], since: int) -> float:
        """When the first frame from number `since` on that is `wanted` arrived."""
        async with asyncio.timeout(WAIT_SECONDS), self._came:
            while True:
                for at, frame in self.arrivals[since:]:
                    if wanted(json.loads(frame)):
                        return at
                since = len(self.arrivals)
                await self._came.wait()

    @property
    def events(self) -> list[tuple[float, dict[str, Any]]]:
        """Durable events and when each arrived."""
        return self.events_since(0)

    def events_since(self, since: int) -> list[tuple[float, dict[str, Any]]]:
        """The same from frame number `since` on."""
        frames = ((at, json.loads(frame)) for at, frame in self.arrivals[since:])
        return [(at, frame) for at, frame in frames if "seq" in frame and "." in frame["type"]]


def opened(url: str, secret: str, query: str = "", seconds: float = 10) -> connect:
    """A connection to the event stream; `seconds` is how long the server may take to answer."""
    return connect(
        url.replace("http", "ws", 1) + f"/ws/events{query}",
        additional_headers={"Authorization": f"Bearer {secret}"},
        compression=None,
        max_queue=None,
        ping_interval=None,  # measured is the server, which pings itself
        open_timeout=seconds,
    )


@asynccontextmanager
async def listening(url: str, secrets: list[str]) -> AsyncIterator[list[Listener]]:
    """A socket for each token in `secrets`, greeted."""
    async with AsyncExitStack() as stack:
        listeners, loops = [], []
        for secret in secrets:
            listener = Listener(await stack.enter_async_context(opened(url, secret)))
            listeners.append(listener)
            loops.append(asyncio.create_task(listener.listen()))
        for listener in listeners:
            async with asyncio.timeout(30):
                while not listener.arrivals:
                    await asyncio.sleep(0.01)
        yield listeners
        for loop in loops:
            loop.cancel()
