"""Who is online: from the rows of open sockets, told to contacts alone."""

import asyncio
import time
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async as in_thread
from django.utils import timezone

from core.ids import uuid7
from realtime import attendance, sockets
from realtime.chat.models import Membership, Room
from realtime.models import SOCKET_ALIVE, OpenSocket
from realtime.presence import LATELY, is_active, online_among
from tests.generator.sockets import tabs  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(ada, bob):
    """One that ada and bob share."""
    room = Room.objects.create(kind=Room.Kind.PRIVATE, name="Tests")
    Membership.objects.bulk_create([Membership(room=room, user=user) for user in (ada, bob)])
    return room


def presence_of(tab):
    return [(frame["user"], frame["online"]) for frame in tab.frames if frame["type"] == "presence"]


async def until(look, seconds=10.0):
    """Wait until `look`, which asks the database, says yes."""
    deadline = time.monotonic() + seconds
    while not await in_thread(look)():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_contacts_hear_who_comes_and_who_comes_hears_who_is_here(ada, bob, room, opened):
    adas = await opened(ada)
    await until(lambda: online_among([ada.pk]))

    bobs = await opened(bob)

    await until(lambda: presence_of(adas) and presence_of(bobs))
    assert presence_of(adas) == [("bob", True)]
    assert presence_of(bobs) == [("ada", True)]


async def test_an_outsider_hears_nobody_come(ada, bob, opened):
    adas = await opened(ada)

    bobs = await opened(bob)

    await until(lambda: len(online_among([ada.pk, bob.pk])) == 2)
    assert presence_of(adas) == presence_of(bobs) == []


async def test_whoever_leaves_is_offline_three_seconds_later(ada, bob, room, opened):
    adas, bobs = await opened(ada), await opened(bob)
    await until(lambda: presence_of(adas) and presence_of(bobs))
    left = time.monotonic()

    await bobs.close()

    await until(lambda: presence_of(adas)[-1] == ("bob", False))
    assert time.monotonic() - left >= attendance.GONE_AFTER_SECONDS - 0.1
    assert not await in_thread(online_among)([bob.pk])


async def test_who_comes_while_another_changes_the_page_hears_that_they_are_here(ada, bob, room, opened):
    adas = await opened(ada)
    await until(lambda: online_among([ada.pk]))
    await adas.close()
    await until(lambda: not online_among([ada.pk]))

    bobs = await opened(bob)
    await until(lambda: online_among([bob.pk]))
    await opened(ada)

    await until(lambda: presence_of(bobs) == [("ada", True)])


async def test_another_page_within_three_seconds_is_no_coming_and_going(ada, bob, room, opened):
    adas, bobs = await opened(ada), await opened(bob)
    await until(lambda: presence_of(adas) and presence_of(bobs))
    await OpenSocket.objects.filter(user=ada).aupdate(opened_at=timezone.now() - LATELY)

    await bobs.close()
    await until(lambda: not online_among([bob.pk]))
    again = await opened(bob)
    await until(lambda: presence_of(again))
    await again.close()

    await until(lambda: presence_of(adas)[-1] == ("bob", False))
    assert presence_of(adas) == [("bob", True), ("bob", False)]


async def test_a_page_is_active_while_it_says_that_it_is_looked_at(ada, opened):
    tab = await opened(ada)

    await tab.say(type="active", visible=True)
    await until(lambda: is_active(ada.pk))
    await tab.say(type="active", visible=False)

    await until(lambda: not is_active(ada.pk))


def test_a_page_that_says_nothing_for_long_is_not_active(ada):
    OpenSocket.objects.create(user=ada, process=uuid7(), active_until=timezone.now() - timedelta(seconds=1))

    assert online_among([ada.pk]) == {ada.pk}
    assert not is_active(ada.pk)


def test_nobody_is_online_by_the_sockets_of_a_process_that_died(ada):
    lost = timezone.now() - SOCKET_ALIVE - timedelta(seconds=1)
    OpenSocket.objects.create(
        user=ada, process=uuid7(), seen_at=lost, active_until=timezone.now() + SOCKET_ALIVE
    )

    assert online_among([ada.pk]) == set()
    assert not is_active(ada.pk)


async def test_the_next_heartbeat_of_another_process_tells_who_died(ada, bob, room, opened, monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.1)
    lost = timezone.now() - SOCKET_ALIVE - timedelta(seconds=1)
    await OpenSocket.objects.acreate(user=bob, process=uuid7(), seen_at=lost)

    tab = await opened(ada)

    await until(lambda: presence_of(tab) == [("bob", False)])
    assert not await OpenSocket.objects.filter(user=bob).aexists()
