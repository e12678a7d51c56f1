"""What a process's open sockets share: the heartbeat, the layer, the way in."""

import asyncio
from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.utils import timezone

from core.credentials import Credential
from core.ids import uuid7
from core.origins import is_own_origin
from realtime import sockets
from realtime.arrivals import Arrival
from realtime.layers import LocalChannelLayer


class Tab:
    """A socket that counts its beats, or whose replay fails."""

    def __init__(self, error=None):
        self.id = uuid7()
        self.opened_at = timezone.now()
        self.credential = Credential(uuid7())
        self.error = error
        self.beats = 0

    async def heartbeat(self, seq):
        self.beats += 1
        if self.error:
            raise self.error

    async def stream_broadcast(self, message):
        pass


@pytest.mark.django_db(transaction=True)
async def test_one_socket_that_fails_does_not_stop_the_hearts_of_the_others(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(sockets, "read_beat", lambda credentials: (credentials, {}))
    opened: Any = sockets.Sockets()
    failing, healthy = Tab(DatabaseError("away")), Tab()
    for tab in (failing, healthy):
        opened.add(tab)

    for _ in range(500):
        await asyncio.sleep(0.01)
        if healthy.beats > 3:
            break

    assert healthy.beats > 3
    for tab in (failing, healthy):
        opened.discard(tab)


async def test_a_channel_that_nobody_reads_any_more_leaves_nothing_behind():
    layer = LocalChannelLayer()
    channel = await layer.new_channel()
    await layer.group_add("group", channel)
    reading = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)

    reading.cancel()
    await asyncio.wait([reading])
    for _ in range(3):
        await layer.group_send("group", {"type": "late"})
    await layer.group_discard("group", channel)

    assert not layer._queues
    assert not layer._groups


@pytest.mark.parametrize(
    "origin", ["http://[::1", "http://a:99999", "http://a:b", "null", "", "https://evil.example"]
)
def test_what_is_no_address_of_ours_is_no_origin_of_ours(origin):
    assert is_own_origin(origin, "cases.example.com") is False


def test_a_password_asked_for_by_a_proxy_is_no_bearer_token():
    headers = {"authorization": "Basic dXNlcjpwYXNz"}
    cookies = {"sessionid": "one"}

    assert not Arrival(headers, cookies, {}).is_allowed
    assert Arrival({**headers, "origin": "http://here", "host": "here"}, cookies, {}).is_allowed
