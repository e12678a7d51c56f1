"""Who types is shown to the others in the room, and to nobody else."""

import asyncio
import time

import pytest
from channels.db import database_sync_to_async as in_thread

from core.models import User
from realtime import bells
from realtime.chat import typing
from realtime.chat.rooms import make_room
from realtime.chat.typing import tell_typing

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 10


class Listener:
    """A channel in a user's group: what the user's sockets would be rung with."""

    def __init__(self, user):
        self.user = user
        self.heard = []

    async def listen(self):
        layer = bells.channel_layer()
        self.channel = await layer.new_channel()
        await layer.group_add(bells.user_group(self.user.pk), self.channel)
        self.reading = asyncio.create_task(self._read())

    async def _read(self):
        while True:
            message = await bells.channel_layer().receive(self.channel)
            self.heard += message["frames"]

    @property
    def typing(self):
        """The `typing` frames so far."""
        return [frame for frame in map(str, self.heard) if '"typing"' in frame]

    async def sees_typing(self, times=1):
        deadline = time.monotonic() + SECONDS
        while len(self.typing) < times:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)


@pytest.fixture
async def listeners():
    """ada's, bob's and eve's; the first two are in a room."""
    names = ("ada", "bob", "eve")
    listeners = [Listener(await User.objects.acreate(username=name)) for name in names]
    await bells.channel_layer().flush()
    for listener in listeners:
        await listener.listen()
    yield listeners
    for listener in listeners:
        listener.reading.cancel()
    await bells.channel_layer().flush()


async def room_of(ada):
    room, _made = await in_thread(make_room)(ada, "private", members=["bob"])
    return str(room.pk)


async def test_the_others_in_the_room_see_it_and_an_outsider_does_not(listeners):
    ada, bob, eve = listeners
    room = await room_of(ada.user)

    await tell_typing(ada.user.pk, room)
    await bob.sees_typing()

    assert bob.typing == [f'{{"type":"typing","room_id":"{room}","user":"ada"}}']
    assert ada.typing == eve.typing == []


async def test_it_is_told_once_in_two_seconds(listeners, monkeypatch):
    ada, bob, _eve = listeners
    room = await room_of(ada.user)

    for _ in range(5):
        await tell_typing(ada.user.pk, room)
    monkeypatch.setattr(typing, "SECONDS_BETWEEN", 0.0)
    await tell_typing(ada.user.pk, room)

    await bob.sees_typing(times=2)
    assert len(bob.typing) == 2


@pytest.mark.parametrize("room", ["", "x", "../", "\0", "01a21381-8c40-7126-aea2-00b4fc929522"])
async def test_rooms_that_are_none_are_passed_over(listeners, room):
    await tell_typing(listeners[0].user.pk, room)

    assert [listener.heard for listener in listeners] == [[], [], []]


async def test_an_outsider_types_for_nobody(listeners):
    ada, bob, eve = listeners
    room = await room_of(ada.user)

    await tell_typing(eve.user.pk, room)
    await tell_typing(ada.user.pk, room)

    await bob.sees_typing()
    assert all('"user":"eve"' not in frame for frame in bob.typing)
