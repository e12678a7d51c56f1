"""Two people in two browsers see each other at once; an outsider's socket receives nothing of it."""

import asyncio
import time

import pytest
from channels.db import database_sync_to_async as in_thread

from core.models import User
from realtime.chat.messages import send_message
from realtime.chat.reading import read_room
from realtime.chat.rooms import make_room
from tests.generator.sockets import tabs

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["tabs"]
SECONDS = 10
CHAT = {"message.created", "message.updated", "room.updated", "typing", "notification.created"}


async def frame_of(tab, kind, wanted=lambda frame: True):
    """The first such frame, once it is there."""
    deadline = time.monotonic() + SECONDS
    while not (found := [frame for frame in tab.frames if frame["type"] == kind and wanted(frame)]):
        assert time.monotonic() < deadline, tab.frames
        await asyncio.sleep(0.01)
    return found[0]


@pytest.fixture
async def cast(opened):
    """ada and bob, who share a room, and eve: each with an open tab."""
    users = [await User.objects.acreate(username=name) for name in ("ada", "bob", "eve")]
    room, _made = await in_thread(make_room)(users[0], "direct", members=["bob"])
    return users, room, [await opened(user) for user in users]


async def test_message_typing_mention_and_read_marker_appear_at_once(cast):
    (ada, bob, _eve), room, (ada_tab, bob_tab, eve_tab) = cast

    await ada_tab.say(type="typing", room_id=str(room.pk))
    typing = await frame_of(bob_tab, "typing")
    message, _new = await in_thread(send_message)(room, ada, "@bob hello")
    created = await frame_of(bob_tab, "message.created")
    note = await frame_of(bob_tab, "notification.created")
    await in_thread(read_room)(room, bob)
    seen = await frame_of(ada_tab, "room.updated", lambda frame: _read_by_bob(frame, created))

    assert (typing["user"], typing["room_id"]) == ("ada", str(room.pk))
    assert created["message"]["id"] == str(message.pk)
    assert note["notification"]["kind"] == "chat.mention"
    assert seen["unread"] == 0
    assert not CHAT & {frame["type"] for frame in eve_tab.frames}


def _read_by_bob(frame, created):
    return frame["room"]["read"]["bob"] == created["message"]["created_at"]
