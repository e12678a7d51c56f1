"""The channel layer of several processes outlives its Redis; what it sends meanwhile is lost at once."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from redis.exceptions import RedisError

from core.ids import uuid7
from realtime import redis_layer
from realtime.redis_layer import RedisLayer

GROUP = "everybody"


@asynccontextmanager
async def layer_of(*addresses):
    layer = RedisLayer(hosts=[{"address": address, "socket_timeout": 30} for address in addresses])
    try:
        yield layer
    finally:
        await layer.flush()


@asynccontextmanager
async def ear(layer, group=GROUP):
    """What a member of `group` hears, as it comes."""
    heard = []
    channel = await layer.new_channel()
    await layer.group_add(group, channel)

    async def listen():
        while True:
            heard.append(await layer.receive(channel))

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)  # lets it begin
    try:
        yield heard
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        await layer.group_discard(group, channel)


async def ring_until(layer, heard, seconds=10):
    """Ring until a bell is heard."""
    deadline = time.monotonic() + seconds
    heard.clear()
    while not heard:
        assert time.monotonic() < deadline, "not heard"
        try:
            await layer.group_send(GROUP, {"type": "bell"})
        except (OSError, RedisError):
            pass
        await asyncio.sleep(0.02)


@pytest.fixture
def impatient(monkeypatch):
    """Redis is given up after half a second already."""
    for name in ("PUBLISH_SECONDS", "QUIET_SECONDS", "CONNECT_SECONDS", "SILENT_SECONDS"):
        monkeypatch.setattr(redis_layer, name, 0.5)


async def test_who_joined_while_redis_was_away_hears_when_it_is_back(redis_server):
    redis_server.kill()
    async with layer_of(redis_server.url) as layer, ear(layer) as heard:
        redis_server.start()

        await ring_until(layer, heard)


async def test_a_first_listener_on_a_named_channel_survives_that_redis_is_away(redis_server):
    redis_server.kill()
    async with layer_of(redis_server.url) as layer:
        listening = asyncio.create_task(layer.receive("generation"))
        await asyncio.sleep(0.3)
        redis_server.start()
        await asyncio.to_thread(redis_server.until_someone_listens)

        while not listening.done():
            await layer.send("generation", {"type": "task.pending"})
            await asyncio.sleep(0.02)

    assert listening.result() == {"type": "task.pending"}


async def test_who_left_while_redis_was_away_is_not_joined_again(redis_server):
    async with layer_of(redis_server.url) as layer, ear(layer) as heard:
        async with ear(layer, "left"):
            redis_server.kill()
        redis_server.start()
        await ring_until(layer, heard)
        with redis_server.client() as client:
            wanted = client.pubsub_channels()

    assert len(wanted) == 2  # the group and its member
    assert not any(b"left" in channel for channel in wanted)


@pytest.mark.usefixtures("impatient")
async def test_twenty_restarts_leave_nothing_behind(redis_server):
    async with layer_of(redis_server.url) as layer, ear(layer) as heard:
        await ring_until(layer, heard)
        tasks = len(asyncio.all_tasks())
        for _ in range(20):
            redis_server.kill()
            redis_server.start()
            await ring_until(layer, heard)

        with redis_server.client() as client:
            connections = len(client.client_list()) - 1
        assert connections == 2  # one that listens, one that publishes
        assert len(asyncio.all_tasks()) == tasks


@pytest.mark.usefixtures("impatient")
async def test_bells_do_not_pile_up_before_a_redis_that_hangs(redis_server):
    async with layer_of(redis_server.url) as layer, ear(layer) as heard:
        await ring_until(layer, heard)
        with redis_server.hanging():
            started = time.monotonic()
            results = await asyncio.gather(
                *(layer.group_send(GROUP, {"type": "bell"}) for _ in range(1000)), return_exceptions=True
            )
            took = time.monotonic() - started

        assert took < 0.5 + 1
        assert [type(result) for result in results if result] == [TimeoutError]
        await ring_until(layer, heard)


@pytest.mark.usefixtures("impatient")
async def test_a_connection_that_went_silent_is_given_up(redis_server):
    async with layer_of(redis_server.url) as layer, ear(layer) as heard:
        await ring_until(layer, heard)
        with redis_server.client() as client:
            old = {each["id"] for each in client.client_list(_type="pubsub")}
        with redis_server.hanging():
            await asyncio.sleep(1.5)  # the silence is what is tested
        await ring_until(layer, heard)
        with redis_server.client() as client:
            new = {each["id"] for each in client.client_list(_type="pubsub")}

    assert new
    assert not new & old


async def test_two_redis_share_the_groups(redis_server):
    with type(redis_server)() as other:
        async with layer_of(redis_server.url, other.url) as layer:
            for group in (uuid7().hex for _ in range(12)):
                async with ear(layer, group) as heard:
                    await layer.group_send(group, {"type": "bell"})
                    while not heard:
                        await asyncio.sleep(0.01)

        for server in (redis_server, other):
            with server.client() as client:
                assert client.info("commandstats")["cmdstat_publish"]["calls"] > 0
