"""Sockets of ada and bob within the test's own process, beside workers that a test starts and stops."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from channels.db import database_sync_to_async as in_thread
from channels.testing import WebsocketCommunicator

from core.models import Token, User
from generator import supervisor
from generator.services import GENERATION_CHANNEL
from generator.supervisor import Supervisor
from generator.worker import GenerationConsumer
from realtime import bells
from realtime.consumers import EventsConsumer
from realtime.models import Epoch


class Tab:
    """One open page of a user: what its socket was sent, and when."""

    def __init__(self, user: User, secret: str) -> None:
        headers = [(b"authorization", f"Bearer {secret}".encode())]
        self._user = user
        self._socket = WebsocketCommunicator(EventsConsumer.as_asgi(), "/ws/events", headers=headers)
        cast(dict[str, Any], self._socket.scope)["cookies"] = {}
        self.frames: list[dict[str, Any]] = []
        self.heard_at: list[float] = []

    async def open(self) -> None:
        assert (await self._socket.connect())[0]
        self._reading = asyncio.create_task(self._read())
        deadline = time.monotonic() + 10
        while not self.frames:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    async def _read(self) -> None:
        while True:
            text = (await self._socket.output_queue.get()).get("text")
            if text:
                self.frames.append(json.loads(text) | {"bytes": len(text.encode())})
                self.heard_at.append(time.monotonic())
                ack = {"type": "ack", "frames": len(self.frames)}
                await self._socket.send_to(text_data=json.dumps(ack))

    async def say(self, **frame: Any) -> None:
        await self._socket.send_to(text_data=json.dumps(frame))

    async def close(self) -> None:
        """Once and for all."""
        if not self._reading.cancelled():
            self._reading.cancel()
            await self._socket.disconnect()

    @property
    def queue(self) -> list[dict[str, Any]]:
        """The `queue` events so far."""
        return [frame for frame in self.frames if frame["type"] == "queue"]

    async def queue_when(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 10
    ) -> dict[str, Any]:
        """The latest `queue` event, once it is `wanted`."""
        deadline = time.monotonic() + seconds
        while not (self.queue and wanted(self.queue[-1])):
            assert time.monotonic() < deadline, self.queue
            await asyncio.sleep(0.01)
        return self.queue[-1]


@pytest.fixture(name="opened")
async def tabs() -> AsyncIterator[Callable[[User], Any]]:
    """Opens a tab for a user; bells ring in the test's loop."""
    tabs: list[Tab] = []

    async def open_tab(user: User) -> Tab:
        tab = Tab(user, (await in_thread(Token.issue)(user, "tab"))[1])
        await tab.open()
        tabs.append(tab)
        return tab

    await Epoch.objects.aget_or_create()  # the test before may have emptied the database
    await bells.channel_layer().flush()
    bells.live_in(asyncio.get_running_loop())
    yield open_tab
    for tab in tabs:
        await tab.close()
    bells.live_in(None)
    await bells.channel_layer().flush()


@asynccontextmanager
async def working() -> AsyncIterator[Supervisor]:
    """A worker that hears its bells, until it drains."""
    worker = supervisor.start()
    running = [
        asyncio.create_task(worker.run()),
        asyncio.create_task(supervisor.listen(GENERATION_CHANNEL, GenerationConsumer().dispatch)),
    ]
    try:
        yield worker
    finally:
        await worker.drain(0)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
