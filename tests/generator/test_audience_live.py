"""A task that runs is shared: whoever comes hears its progress and its cases from then on."""

import asyncio
import time

import pytest
from channels.db import database_sync_to_async as in_thread

from core.models import User
from generator import services
from generator.members import share_task, unshare_task
from generator.pipeline import attempt, reading
from tests.generator.sockets import tabs, working  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Lock the account after 5 wrong passwords. Mail the owner within 10 minutes."


@pytest.fixture
def gate(monkeypatch):
    """A task stays at its first stage until the gate is opened."""
    gate, read = asyncio.Event(), reading.read

    async def wait(run, documents):
        await gate.wait()
        return await read(run, documents)

    monkeypatch.setattr(attempt, "read", wait)
    return gate


async def heard(tab, kind, seconds=10):
    deadline = time.monotonic() + seconds
    while not (found := [frame for frame in tab.frames if frame["type"] == kind]):
        assert time.monotonic() < deadline, [frame["type"] for frame in tab.frames]
        await asyncio.sleep(0.01)
    return found


def story(tab):
    """What a tab was told of cases."""
    told = [frame for frame in tab.frames if frame["type"].startswith("case.")]
    return [(frame["type"], frame["case"]["key"]) for frame in told]


async def test_who_comes_to_a_running_task_hears_of_it_from_then_on(ada, bob, opened, gate):
    eve = await in_thread(User.objects.create_user)("eve")
    mine, theirs, other = [await opened(user) for user in (ada, bob, eve)]
    task = await in_thread(services.request_task)(ada, requirement=TEXT)
    async with working():
        await heard(mine, "task.progress")
        await in_thread(share_task)(task, ada, bob, "view")
        gate.set()
        await heard(theirs, "notification.created")
        while (await heard(theirs, "task.updated"))[-1]["task"]["status"] != "completed":
            await asyncio.sleep(0.01)

    created = await heard(theirs, "task.created")
    assert [(frame["task"]["status"], frame["task"]["role"]) for frame in created] == [("running", "view")]
    assert story(theirs) == story(mine) != []
    assert not [frame for frame in other.frames if frame["type"].startswith(("task.", "case."))]


async def test_who_is_put_out_of_a_running_task_hears_no_more_of_it(ada, bob, opened, gate):
    mine, theirs = await opened(ada), await opened(bob)
    task = await in_thread(services.request_task)(ada, requirement=TEXT)
    async with working():
        await in_thread(share_task)(task, ada, bob, "edit")
        await heard(theirs, "task.progress")
        await in_thread(unshare_task)(task, ada, bob)
        gate.set()
        await heard(mine, "notification.created")

    assert (await heard(theirs, "task.deleted"))[0]["id"] == str(task.pk)
    assert story(theirs) == []
    assert story(mine) != []
