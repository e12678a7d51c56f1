"""The channel layer of a single process.

Channels' own in-memory layer scans every channel at each send and drops a consumer from all its groups when
one message expires (design §5). This one delivers straight into queues; the event stream makes up for what
overflows.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

from core.ids import uuid7

Message = dict[str, Any]

HEARD_AGAIN: list[Callable[[], Awaitable[None]]] = []
"""What to do once a layer hears its server, which may have been away: bells were lost till then."""


class LocalChannelLayer(BaseChannelLayer):
    """Channels and groups within one event loop. Receivers share a message: treat it as read-only."""

    extensions = ("groups", "flush")

    def __init__(self, capacity: int = 10_000) -> None:
        super().__init__(capacity=capacity)
        self._queues: dict[str, asyncio.Queue[Message]] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)

    def _queue(self, channel: str) -> asyncio.Queue[Message]:
        if channel not in self._queues:
            self._queues[channel] = asyncio.Queue(self.capacity)
        return self._queues[channel]

    async def new_channel(self, prefix: str = "specific") -> str:
        channel = f"{prefix}.{uuid7().hex}"
        self._queue(channel)
        return channel

    async def send(self, channel: str, message: Message) -> None:
        """Raise `ChannelFull` when the receiver is more than `capacity` messages behind."""
        try:
            self._queue(channel).put_nowait(message)
        except asyncio.QueueFull:
            raise ChannelFull from None

    async def receive(self, channel: str) -> Message:
        try:
            return await self._queue(channel).get()
        except asyncio.CancelledError:
            if channel.startswith("specific."):  # its consumer ends
                self._queues.pop(channel, None)
            raise

    async def group_add(self, group: str, channel: str) -> None:
        self._groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self._groups[group].discard(channel)
        if not self._groups[group]:
            del self._groups[group]

    async def group_send(self, group: str, message: Message) -> None:
        """Deliver to every member that has room; the others find the gap by its `seq`."""
        for channel in self._groups.get(group, ()):
            queue = self._queues.get(channel)
            if queue and not queue.full():
                queue.put_nowait(message)

    async def flush(self) -> None:
        self._queues.clear()
        self._groups.clear()
