"""Open sockets are rows that every process reads, written in batches."""

import asyncio
import time

import pytest
from channels.db import database_sync_to_async as in_thread
from django.db import connection

from core.ids import uuid7
from realtime import register, sockets
from realtime.models import OpenSocket
from realtime.presence import is_active, online_among
from realtime.register import SOCKETS_PER_USER, Changes
from tests.generator.sockets import tabs  # noqa: F401
from tests.realtime.test_presence import until

pytestmark = pytest.mark.django_db(transaction=True)


def row(user):
    return OpenSocket(user_id=user.pk, process=uuid7())


def opening(*rows):
    return Changes(opened={row.pk: row for row in rows})


async def test_a_socket_is_a_row_for_as_long_as_it_is_open(ada, opened):
    tab = await opened(ada)
    await until(lambda: OpenSocket.objects.filter(user=ada).count() == 1)

    await tab.close()

    await until(lambda: not OpenSocket.objects.exists())


def test_three_hundred_sockets_are_written_in_a_handful_of_queries(ada, bob, django_assert_max_num_queries):
    changes = opening(*(row(user) for user in (ada, bob) for _ in range(150)))

    with django_assert_max_num_queries(10):
        register.record(changes, set())

    assert OpenSocket.objects.count() == 300


def test_the_oldest_of_too_many_sockets_must_close_wherever_they_are_open(ada, bob):
    register.record(opening(*(row(ada) for _ in range(SOCKETS_PER_USER)), row(bob)), set())
    oldest = OpenSocket.objects.filter(user=ada).earliest("opened_at", "pk")

    news = register.record(opening(row(ada)), set())

    assert news.too_many == {ada.pk: [oldest.pk]}


def test_a_socket_of_a_deleted_account_keeps_no_other_from_being_written(ada, bob):
    hers, his = row(ada), row(bob)
    bob.delete()

    register.record(opening(hers, his), set())

    assert set(OpenSocket.objects.values_list("pk", flat=True)) == {hers.pk}


def test_what_opens_and_closes_within_a_moment_is_never_written(ada):
    socket = row(ada)
    changes = opening(socket)

    changes.close(socket.pk)

    assert not changes


def test_what_could_not_be_written_is_written_later(ada):
    stays, goes = row(ada), row(ada)
    failed, later = opening(stays, goes), Changes()
    later.close(goes.pk)
    later.looks[stays.pk] = True

    register.record(failed.followed_by(later), set())

    assert OpenSocket.objects.get().pk == stays.pk
    assert is_active(ada.pk)


def test_a_process_that_ends_in_order_is_soon_forgotten_but_not_at_once(ada):
    socket = row(ada)
    register.record(opening(socket), set())

    register.leave(socket.process)

    assert online_among([ada.pk])
    OpenSocket.objects.update(seen_at=OpenSocket.objects.get().seen_at - register.LEFT_FOR)
    assert not online_among([ada.pk])


async def test_a_table_that_cannot_be_written_ends_no_socket(ada, opened, monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.2)
    await in_thread(rename)("realtime_opensocket", "away")
    tab = await opened(ada)
    await heartbeats(tab, 2)

    await in_thread(rename)("away", "realtime_opensocket")

    await until(lambda: online_among([ada.pk]))
    await heartbeats(tab, 1)


async def test_rows_that_others_took_for_dead_come_back(ada, opened, monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.2)
    await opened(ada)
    await until(lambda: online_among([ada.pk]))

    await OpenSocket.objects.all().adelete()

    await until(lambda: online_among([ada.pk]))


def rename(table, name):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


async def heartbeats(tab, number):
    before, deadline = beats(tab), time.monotonic() + 10
    while beats(tab) < before + number:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def beats(tab):
    return sum(frame["type"] == "heartbeat" for frame in tab.frames)
