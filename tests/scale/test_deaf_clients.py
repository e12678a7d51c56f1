"""Many clients that never read cost a process little memory and nobody else anything, live or in a replay."""

from __future__ import annotations

import socket as tcp
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from realtime.register import SOCKETS_PER_USER
from realtime.window import DEAF_BUDGET, REPLAY_BUDGET
from tests.live.product import Person, Socket
from tests.scale.spread import SpreadOut
from tests.scale.test_stream_processes import deaf_client, ends_within, memory_kib

pytestmark = pytest.mark.timeout(300)
MESSAGES = 150
LONG = "登录失败五次后锁定账号。" * 330
"""A message of 4,000 characters is told in some 24 KB: 150 of them in seven times what a socket may owe."""
PEOPLE = 3
PING_SECONDS = 20 + 15
LATE_SECONDS = 5.0


@pytest.fixture(scope="module")
def product(redis_url: str, database_url: str, tmp_path_factory) -> Iterator[SpreadOut]:
    spread = SpreadOut(tmp_path_factory.mktemp("deaf"), 1, 1, DATABASE_URL=database_url, REDIS_URL=redis_url)
    yield spread
    spread.kill()


@pytest.fixture(scope="module")
def people(product: SpreadOut) -> list[Person]:
    """All in one room."""
    return [product.somebody() for _ in range(PEOPLE)]


@pytest.fixture(scope="module")
def room(people: list[Person]) -> str:
    names = [person.name for person in people[1:]]
    made = people[0].call("POST", "/rooms", json={"kind": "private", "name": "Loud", "members": names})
    return f"/rooms/{made.json()['id']}"


def deafened(stack: ExitStack, people: list[Person], query: str = "") -> list[tcp.socket]:
    """As many sockets as they may have, but for one of each."""
    number = SOCKETS_PER_USER - 1
    return [stack.enter_context(deaf_client(person, query)) for person in people for _ in range(number)]


def talk(person: Person, room: str) -> float:
    """Say much. Returns when the last word was said."""
    for _ in range(MESSAGES):
        assert person.call("POST", f"{room}/messages", json={"text": LONG}).status_code == 201
    return time.monotonic()


def hear_all(reading: Socket) -> None:
    """Acknowledges each frame: 32 of these would be more than a socket may owe."""
    while sum(frame["type"] == "message.created" for frame in reading.frames) < MESSAGES:
        reading.next(30)
        reading.send({"type": "ack", "frames": len(reading.frames)})


def test_live_they_are_closed_while_everybody_else_hears_all(
    product: SpreadOut, people: list[Person], room: str
):
    web = product.webs[0].pid
    with people[1].socket() as reading, ExitStack() as stack:
        reading.next()
        deaf = deafened(stack, people)
        before = memory_kib(web)

        with ThreadPoolExecutor(1) as pool:
            talking = pool.submit(talk, people[0], room)
            hear_all(reading)
            spoken_at = talking.result()
        assert time.monotonic() - spoken_at < LATE_SECONDS
        grown = memory_kib(web) - before
        print(f"{grown / len(deaf):.0f} KiB for each of {len(deaf)} deaf sockets")
        assert grown < len(deaf) * 1.5 * DEAF_BUDGET / 1024
        assert all(ends_within(one, 30) for one in deaf)


def test_in_a_replay_they_are_sent_little_and_cut_by_their_missing_pongs(
    product: SpreadOut, people: list[Person], room: str
):
    web = product.webs[0].pid
    with ExitStack() as stack:
        before = memory_kib(web)
        deaf = deafened(stack, people, "?since=0")
        with people[1].socket("?since=0") as reading:
            hear_all(reading)

        grown = memory_kib(web) - before
        print(f"{grown / len(deaf):.0f} KiB for each of {len(deaf)} deaf sockets in a replay")
        assert grown < len(deaf) * 1.5 * REPLAY_BUDGET / 1024
        assert all(ends_within(one, 2 * PING_SECONDS) for one in deaf)
