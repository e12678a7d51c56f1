"""Writes in groups: each gets its own answer, whatever happens to the others."""

import asyncio

import pytest
from django.db import connection

from core.models import User
from generator.transitions import LeaseLost
from generator.writer import Writer
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


async def test_nothing_is_called_stored_when_the_connection_broke_within_its_group(ada, writer):
    def store(publisher):
        return User.objects.filter(pk=ada.pk).update(first_name="stored")

    def break_connection(publisher):
        connection.close()

    results = await together(writer, store, break_connection)

    await ada.arefresh_from_db()
    assert all(isinstance(result, Exception) for result in results)
    assert ada.first_name == ""
