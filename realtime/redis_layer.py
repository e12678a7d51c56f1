"""The channel layer of several processes: channels_redis' pub/sub layer, made to outlive its Redis.

The stock one raises at `new_channel` while Redis is away (no socket opens), leaves a listener deaf whose
first subscription failed, and lets every send wait for a Redis that does not answer. Here a subscription is a
wish: it is kept, and fulfilled as soon and as long as Redis answers. What is published meanwhile is lost, as
bells may be (design §3).
"""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from channels_redis.utils import _wrap_close, create_pool
from django.db import Error as DatabaseError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import RedisError

from realtime.layers import HEARD_AGAIN

logger = logging.getLogger(__name__)

CAPACITY = 10_000
"""Messages that one receiver may be behind; what comes on top is lost to it."""
PUBLISH_SECONDS = 2.0
SILENT_SECONDS = 1.0
"""After a failure nothing is sent for this long, so that bells cannot pile up before a Redis that hangs."""
CONNECT_SECONDS = 3.0
QUIET_SECONDS = 5.0
"""Redis is asked whether it lives after so long a silence, and given up after a second one."""
PAUSE_SECONDS = (0.1, 1.0)
"""Between two tries to listen: the first, the longest."""


class RedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """One layer for each event loop that asks, each with its own connections."""

    def _get_layer(self) -> LoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        layer: LoopLayer = self._layers[loop]
        return layer


class LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    """Channels and groups of one event loop."""

    channels: dict[str, asyncio.Queue[bytes]]
    groups: dict[str, set[str]]
    _shards: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shards = [Shard(shard.host, self) for shard in self._shards]

    def deliver(self, name: str, message: bytes) -> None:
        """Hand `message` to a channel, or to all channels of a group."""
        for channel in (name,) if name in self.channels else self.groups.get(name, ()):
            queue = self.channels.get(channel)
            if queue is not None and queue.qsize() < CAPACITY:
                queue.put_nowait(message)

    def heard_again(self) -> None:
        """A connection to Redis was made, and what is wanted is heard on it."""
        self._returning = asyncio.create_task(_make_up())


async def _make_up() -> None:
    for make_up in HEARD_AGAIN:
        try:
            await make_up()
        except DatabaseError as error:  # then the next heartbeat makes up for it
            logger.warning("could not make up for lost bells: %s", error)


class Shard:
    """One Redis: what is wanted to be heard of it, and the connections to it. Only `publish` raises."""

    def __init__(self, host: dict[str, Any], layer: LoopLayer) -> None:
        self._host, self._layer = host, layer
        self._wanted: set[str] = set()
        self._client: Redis | None = None
        self._pubsub: PubSub | None = None  # only while it is connected
        self._listening: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._publishing, self._subscribing = asyncio.Lock(), asyncio.Lock()
        self._silent_until = 0.0

    async def publish(self, channel: str, message: bytes) -> None:
        """Send in order. Raise when Redis is away, but do nothing for a while after that."""
        clock = asyncio.get_running_loop().time
        async with self._publishing:
            if clock() < self._silent_until:
                return
            try:
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await self._redis.publish(channel, message)
            except (OSError, RedisError):
                self._silent_until = clock() + SILENT_SECONDS
                raise

    async def subscribe(self, channel: str) -> None:
        """Want `channel`. It is heard on return, unless Redis is away."""
        self._wanted.add(channel)
        if self._listening is None:
            self._start_listening()
        await self._tried.wait()
        await self._tell("subscribe", channel)

    async def unsubscribe(self, channel: str) -> None:
        self._wanted.discard(channel)
        await self._tell("unsubscribe", channel)

    async def _tell(self, verb: str, channel: str) -> None:
        async with self._subscribing:
            connection: Any = self._pubsub and self._pubsub.connection
            if connection is None or not connection.is_connected:
                return
            try:
                await getattr(self._pubsub, verb)(channel)
            # An AttributeError is what redis-py raises when the connection was closed a moment ago.
            except (OSError, RedisError, AttributeError) as error:
                # Who reads that connection finds out and starts anew.
                logger.warning("could not %s %s: %s", verb, channel, error)

    @property
    def _redis(self) -> Redis:
        if self._client is None:
            self._client = Redis(connection_pool=create_pool(self._host))
        return self._client

    def _start_listening(self) -> None:
        self._listening = asyncio.create_task(self._listen_for_ever())
        self._listening.add_done_callback(self._ended)

    def _ended(self, listening: asyncio.Task[None]) -> None:
        """A dead listener does not stay dead, whatever it died of."""
        if not listening.cancelled():
            logger.error("the listener died", exc_info=listening.exception())
            asyncio.get_running_loop().call_later(PAUSE_SECONDS[1], self._start_listening)

    async def _listen_for_ever(self) -> None:
        first, longest = PAUSE_SECONDS
        pause = first
        while True:
            try:
                async with self._redis.pubsub() as pubsub, asyncio.timeout(CONNECT_SECONDS) as connecting:
                    await pubsub.connect()
                    connecting.reschedule(None)
                    pause = first
                    await self._listen(pubsub)
            except (OSError, RedisError) as error:
                logger.warning("cannot hear Redis: %s", error)
            self._tried.set()
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
            pause = min(longest, pause * 2)

    async def _listen(self, pubsub: PubSub) -> None:
        """Hear what is wanted. Raise when the connection ends or is silent even when asked."""
        await self._forget_idle_connections()
        self._pubsub, asked, heard = pubsub, False, False
        try:
            async with self._subscribing:
                if self._wanted:
                    await pubsub.subscribe(*self._wanted)
                    await pubsub.ping()
            self._tried.set()
            while True:
                message = await pubsub.get_message(timeout=QUIET_SECONDS)
                if message is None and asked:
                    raise TimeoutError("it does not answer")
                elif message is None:
                    await pubsub.ping()
                elif message["type"] == "message":
                    self._layer.deliver(message["channel"].decode(), message["data"])
                elif message["type"] == "pong" and not heard:  # all subscriptions before it hold
                    heard = True
                    self._layer.heard_again()
                asked = message is None
        finally:
            self._pubsub = None

    async def _forget_idle_connections(self) -> None:
        """They may be of before Redis was away: what is published over such a one is lost."""
        await self._redis.connection_pool.disconnect(inuse_connections=False)
        self._silent_until = 0.0

    async def flush(self) -> None:
        """Forget all and close."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        self._listening, self._pubsub = None, None
        self._wanted.clear()
        self._tried.clear()
        if self._client is not None:
            pool, self._client = self._client.connection_pool, None
            await pool.aclose()
            if isinstance(pool, SentinelConnectionPool):
                await pool.sentinel_manager.aclose()
