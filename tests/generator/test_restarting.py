"""Loops that die begin again; what keeps dying ends the process, so that a fresh one takes its place."""

import asyncio

import pytest
from django.db import OperationalError

from generator import supervisor
from realtime import bells


class Mortal(Exception):
    pass


async def test_a_loop_that_dies_twice_begins_again():
    lives = []

    async def loop():
        lives.append(1)
        if len(lives) < supervisor.RESTARTS_A_MINUTE:
            raise Mortal

    await supervisor._restarting(loop)

    assert len(lives) == supervisor.RESTARTS_A_MINUTE


async def test_a_third_death_within_a_minute_is_the_end():
    lives = []

    async def loop():
        lives.append(1)
        raise Mortal(f"death {len(lives)}")

    with pytest.raises(Mortal, match="death 3"):
        await supervisor._restarting(loop)


async def test_a_bell_that_rings_while_the_database_is_away_does_not_deafen_the_worker():
    heard = []

    async def handle(message):
        heard.append(message["type"])
        if message["type"] == "task.cancel":
            raise OperationalError("the database is away")

    listening = asyncio.create_task(supervisor.listen("restarting-test", handle))
    try:
        for kind in ("task.cancel", "task.pending"):
            await bells.channel_layer().send("restarting-test", {"type": kind})
        async with asyncio.timeout(5):
            while len(heard) < 2:
                await asyncio.sleep(0.01)
    finally:
        listening.cancel()

    assert heard == ["task.cancel", "task.pending"]
