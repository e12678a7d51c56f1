"""How a worker's streams are shared among its tasks."""

import asyncio

from core.ids import uuid7
from generator.pipeline.streams import Streams


async def asking(streams, task, number):
    """So many calls of a task, each in a task of its own that waits for its turn."""
    calls = [asyncio.create_task(streams.acquire(task)) for _ in range(number)]
    await asyncio.sleep(0)
    return calls


def open_calls(calls):
    return sum(call.done() for call in calls)


async def test_many_sections_of_one_task_leave_a_stream_to_each_other_task():
    ada, bob, streams = uuid7(), uuid7(), Streams(3)
    streams.enter(ada)
    streams.enter(bob)

    adas = await asking(streams, ada, 5)
    assert open_calls(adas) == 2
    bobs = await asking(streams, bob, 1)
    assert (open_calls(adas), open_calls(bobs)) == (2, 1)

    streams.leave(bob)
    streams.release(bob)
    await asyncio.sleep(0)
    assert open_calls(adas) == 3


async def test_a_free_stream_goes_to_the_task_that_has_the_fewest():
    ada, bob, streams = uuid7(), uuid7(), Streams(4)
    adas = await asking(streams, ada, 6)
    bobs = await asking(streams, bob, 3)

    for _ in range(2):
        streams.release(ada)
        await asyncio.sleep(0)

    assert (open_calls(adas), open_calls(bobs)) == (4, 2)


async def test_a_turn_that_nobody_takes_goes_to_the_next():
    ada, streams = uuid7(), Streams(1)
    first, second = await asking(streams, ada, 2)

    first.cancel()
    streams.release(ada)
    await asyncio.wait([first, second], timeout=5)

    assert second.done()
    assert not second.cancelled()
