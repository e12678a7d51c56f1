"""Writes in groups: each gets its own answer, whatever happens to the others."""

import asyncio
import time

import pytest
from django.db import DatabaseError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from core.models import User
from generator.transitions import LeaseLost
from generator.writer import CommitInDoubt, Writer
from realtime.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def writer():
    writer = Writer()
    yield writer
    await writer.close()


def rename(user, name):
    def operation(publisher):
        User.objects.filter(pk=user.pk).update(first_name=name)
        publisher.tell(user.pk, "task.deleted", id=name)
        return name

    return operation


def lose(publisher):
    raise LeaseLost


async def together(writer, *operations):
    return await asyncio.gather(
        *(writer.write(operation) for operation in operations), return_exceptions=True
    )


async def test_what_one_loses_the_others_keep(ada, bob, writer):
    results = await together(writer, rename(ada, "A"), lose, rename(bob, "B"))

    assert results[0] == "A"
    assert isinstance(results[1], LeaseLost)
    assert results[2] == "B"
    assert await Event.objects.acount() == 2


async def test_an_operation_that_told_something_and_then_failed_told_nothing(ada, writer):
    def fail_late(publisher):
        rename(ada, "late")(publisher)
        raise LeaseLost

    await together(writer, fail_late)

    await ada.arefresh_from_db()
    assert ada.first_name == ""
    assert not await Event.objects.aexists()


async def test_an_event_that_is_no_json_fails_its_group_and_not_the_writer(ada, writer):
    def tell_nonsense(publisher):
        publisher.tell(ada.pk, "task.deleted", id=object())

    (result,) = await together(writer, tell_nonsense)
    (after,) = await together(writer, rename(ada, "after"))

    assert isinstance(result, TypeError)
    assert after == "after"


async def test_a_group_whose_connection_broke_is_written_when_there_is_one_again(ada, writer):
    breaks = iter([True])

    def break_connection(publisher):
        if next(breaks, False):
            connection.close()

    results = await together(writer, rename(ada, "stored"), break_connection)

    await ada.arefresh_from_db()
    assert results == ["stored", None]
    assert ada.first_name == "stored"
    assert await Event.objects.acount() == 1
    assert len(writer.outages) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="fills the disk by one of SQLite's own limits")
async def test_what_a_full_disk_refuses_is_written_once_there_is_room(ada, bob, writer):
    tries = []

    def write_much(publisher):
        tries.append(time.monotonic())
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages if len(tries) == 1 else 1_000_000}")
        publisher.tell(ada.pk, "task.deleted", id="x" * 4096 * (free + 10))
        User.objects.filter(pk=ada.pk).update(first_name="big")

    results = await together(writer, write_much, rename(bob, "small"))

    assert results == [None, "small"]
    assert len(tries) == 2
    assert await Event.objects.acount() == 2


async def test_a_writer_that_gave_up_says_so_to_whoever_waits(writer):
    def break_connection(publisher):
        connection.close()

    writing = asyncio.create_task(together(writer, break_connection))
    writer.give_up()

    (result,) = await asyncio.wait_for(writing, 5)
    assert isinstance(result, OperationalError)


async def test_a_statement_that_is_wrong_is_no_outage(writer):
    def ask_for_what_is_not_there(publisher):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    (result,) = await asyncio.wait_for(together(writer, ask_for_what_is_not_there), 5)

    assert isinstance(result, DatabaseError)


async def test_a_group_that_was_taken_down_with_its_loop_leaves_nobody_waiting(ada, writer):
    async def wait_for_a_slow_write():
        await writer.write(lambda publisher: time.sleep(0.3))

    waiting = asyncio.create_task(wait_for_a_slow_write())
    while writer._committing is None:
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    writer._committing.cancel()

    await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 5)
    (after,) = await asyncio.wait_for(together(writer, rename(ada, "after")), 5)

    assert waiting.cancelled()
    assert after == "after"


async def test_an_operation_that_lost_a_deadlock_is_repeated_though_it_was_alone(ada, writer):
    tries = []

    def lose_a_deadlock_first(publisher):
        tries.append(publisher)
        if len(tries) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return rename(ada, "won")(publisher)

    (result,) = await together(writer, lose_a_deadlock_first)

    assert (result, len(tries)) == ("won", 2)


async def test_what_may_have_been_committed_is_repeated_by_nobody(ada, writer):
    runs = []

    def end_in_doubt(publisher):
        runs.append(publisher)
        raise CommitInDoubt

    results = await together(writer, end_in_doubt, rename(ada, "once"))

    assert [type(result) for result in results] == [CommitInDoubt, CommitInDoubt]
    assert len(runs) == 1
