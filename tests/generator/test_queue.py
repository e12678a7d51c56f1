"""Everyone hears how the queue stands: on change, at most once a second, and nobody another's places."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest
from channels.db import database_sync_to_async as in_thread
from django.utils import timezone

from core.models import User
from generator import services
from generator.models import Task, TaskCounts, Worker
from generator.pipeline import attempt
from generator.queue import PLACES_OF_ONE, Standing, Watch
from realtime import broadcasts, sockets
from tests.conftest import ApiClient
from tests.generator.sockets import tabs, working  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
REQUIREMENT = "Lock the account after 5 wrong passwords."


@pytest.fixture
def endless(monkeypatch):
    """A task that is claimed stays running."""

    async def read(run, documents):
        await asyncio.sleep(3600)

    monkeypatch.setattr(attempt, "read", read)


async def request_tasks(user, number):
    return [await in_thread(services.request_task)(user, requirement=REQUIREMENT) for _ in range(number)]


def places_by_api(user, tasks):
    api = ApiClient(user)
    return {str(task.pk): api.get(f"/tasks/{task.pk}").json()["queue_position"] for task in tasks}


async def test_a_page_hears_of_requests_claims_ends_and_of_workers_that_come_and_go(
    ada, opened, endless, settings
):
    settings.TASKS_PER_USER = 1
    tab = await opened(ada)
    async with working():
        await tab.queue_when(lambda queue: queue["workers"] == 1)
        running, waiting = await request_tasks(ada, 2)
        told = await tab.queue_when(lambda queue: (queue["pending"], queue["running"]) == (1, 1))
        assert told["positions"] == {str(waiting.pk): 1}

        await in_thread(services.cancel_task)(running, ada)
        await tab.queue_when(lambda queue: (queue["pending"], queue["running"]) == (0, 1))
        await in_thread(services.cancel_task)(waiting, ada)
        await tab.queue_when(lambda queue: queue["running"] == 0)

    gone = await tab.queue_when(lambda queue: queue["workers"] == 0)
    assert gone["positions"] == {}
    assert "seq" not in gone


async def test_each_user_gets_the_places_of_their_own_tasks_as_the_api_tells_them(ada, bob, opened, settings):
    settings.LLM_CONCURRENCY = 0
    tab_of = {user: await opened(user) for user in (ada, bob)}
    tasks: dict[User, list[Task]] = {ada: [], bob: []}
    for user in (ada, bob, ada):
        tasks[user] += await request_tasks(user, 1)
    async with working():
        told = {
            user: await tab.queue_when(lambda queue: queue["pending"] == 3) for user, tab in tab_of.items()
        }
        assert told[ada]["workers"] == 1

    assert list(told[ada]["positions"].values()) == [1, 3]
    for user, queue in told.items():
        assert queue["positions"] == await in_thread(places_by_api)(user, tasks[user])


async def test_a_burst_is_told_at_most_once_a_second(ada, opened):
    tab = await opened(ada)
    async with working():
        await tab.queue_when(lambda queue: queue["workers"] == 1)
        for _ in range(30):
            await request_tasks(ada, 1)
            await asyncio.sleep(0.05)
        await tab.queue_when(lambda queue: (queue["pending"], queue["running"]) == (0, 0), 30)

    alive = [
        at
        for at, frame in zip(tab.heard_at, tab.frames, strict=True)
        if frame["type"] == "queue" and frame["workers"]
    ]
    assert len(alive) > 2
    assert min(later - earlier for earlier, later in pairwise(alive)) > 0.95


async def test_nothing_is_told_while_nothing_changes(ada, opened, settings):
    settings.LLM_CONCURRENCY = 0
    tab = await opened(ada)
    async with working() as worker:
        await tab.queue_when(lambda queue: queue["workers"] == 1)
        before = len(tab.queue)
        for _ in range(10):
            worker.queue.wake()
            await asyncio.sleep(0.3)

        assert len(tab.queue) == before


async def test_the_next_worker_tells_when_the_oldest_has_left(ada, opened, settings):
    settings.LLM_CONCURRENCY = 0
    tab = await opened(ada)
    async with AsyncExitStack() as newer:
        async with working():
            await newer.enter_async_context(working())
            await tab.queue_when(lambda queue: queue["workers"] == 2)
        await tab.queue_when(lambda queue: queue["workers"] == 1)

        await request_tasks(ada, 1)
        await tab.queue_when(lambda queue: queue["pending"] == 1)


async def test_the_next_worker_tells_once_the_killed_one_is_no_longer_alive(ada, opened, settings):
    settings.LLM_CONCURRENCY = 0
    killed = await Worker.objects.acreate(host="elsewhere", pid=1, slots=1)
    tab = await opened(ada)
    async with working():
        await asyncio.sleep(0.5)
        assert tab.queue == []  # the oldest should tell

        await Worker.objects.filter(pk=killed.pk).aupdate(seen_at=timezone.now() - timedelta(seconds=31))
        await tab.queue_when(lambda queue: queue["workers"] == 1)


async def test_a_web_process_tells_at_its_heartbeat_that_no_worker_is_left(ada, opened, monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(broadcasts, "AT_EACH_BEAT", [Watch().news])
    killed = await Worker.objects.acreate(host="elsewhere", pid=1, slots=1)
    (task,) = await request_tasks(ada, 1)
    tab = await opened(ada)
    assert (await tab.queue_when(lambda queue: queue))["workers"] == 1

    await Worker.objects.filter(pk=killed.pk).aupdate(seen_at=timezone.now() - timedelta(seconds=31))
    told = await tab.queue_when(lambda queue: queue["workers"] == 0)
    assert told["positions"] == {str(task.pk): 1}

    number = len(tab.queue)
    await tab_beats(tab, 3)
    assert len(tab.queue) == number


async def tab_beats(tab, number):
    def beats():
        return sum(frame["type"] == "heartbeat" for frame in tab.frames)

    wanted, deadline = beats() + number, time.monotonic() + 10
    while beats() < wanted:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_a_page_that_was_away_is_told_at_once_where_its_tasks_stand(ada, bob, opened):
    tasks = await request_tasks(bob, 1) + await request_tasks(ada, 2)

    idle, waiting = await opened(await in_thread(User.objects.create_user)("carol")), await opened(bob)

    queue = await waiting.queue_when(lambda queue: True)
    assert [frame["type"] for frame in waiting.frames] == ["hello", "queue"]
    assert (queue["pending"], queue["workers"], queue["positions"]) == (3, 0, {str(tasks[0].pk): 1})
    assert [frame["type"] for frame in idle.frames] == ["hello"]


def test_a_user_with_thousands_of_waiting_tasks_gets_frames_of_32_kib_at_most(ada, bob):
    start = timezone.now()
    Task.objects.bulk_create(
        Task(owner=ada, title=str(n), engine="rules", created_at=start + timedelta(seconds=n))
        for n in range(3_000)
    )
    TaskCounts.objects.create(owner=ada, pending=3_000)
    Task.objects.create(owner=bob, title="last", engine="rules", created_at=start + timedelta(hours=2))

    message = Standing.now(workers=1).message()

    assert list(message["own"]) == [ada.pk.hex]
    assert 30_000 < len(message["own"][ada.pk.hex].encode()) <= 32_768
    (greeting,) = broadcasts.greetings(ada.pk)
    assert len(greeting.encode()) <= 32_768
    assert greeting.count('":') >= PLACES_OF_ONE
