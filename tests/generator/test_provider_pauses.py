"""A provider that asks to wait is called by nobody meanwhile: in no task, in no process."""

import asyncio
import time
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async as in_thread
from django.utils import timezone

from core.ids import uuid7
from generator import services
from generator.drafts import Options
from generator.engines.errors import EnginePaused
from generator.engines.rules import RulesEngine
from generator.models import ProviderPause, Task
from generator.pipeline.pauses import open_pauses, store_pause
from generator.pipeline.run import Run
from generator.pipeline.streams import Streams
from generator.supervisor import Supervisor
from generator.timeline import entry_payload
from generator.transitions import Lease
from tests.endpoint import scripted_endpoint  # noqa: F401
from tests.generator.working import working

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE_SECONDS = 4
REQUIREMENT = "Lock the account after 5 wrong passwords."


@pytest.fixture
def provider(endpoint, settings):
    """The only endpoint; each worker runs one task at a time."""
    settings.LLM_CONCURRENCY = 1
    settings.LLM_ENDPOINTS = [
        {"name": "scripted", "base_url": endpoint.url, "api_key": endpoint.api_key, "model": endpoint.model}
    ]
    return endpoint


async def until(reached, seconds=15):
    deadline = time.monotonic() + seconds
    while not await reached():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def requested(user):
    return await in_thread(services.request_task)(user, requirement=REQUIREMENT)


def ended(*tasks):
    wanted = Task.objects.ended().filter(pk__in=[task.pk for task in tasks])

    async def reached():
        return await wanted.acount() == len(tasks)

    return reached


def gaps_after_refusal(endpoint):
    refused = endpoint.requests[0]
    return [request.started_at - refused.started_at for request in endpoint.requests[1:]]


async def test_another_worker_does_not_call_while_a_provider_asks_to_wait(ada, provider):
    provider.rate_limit(times=1, retry_after=PAUSE_SECONDS)
    async with working():
        refused = await requested(ada)
        await until(ProviderPause.objects.filter(endpoint="scripted").aexists)
        async with working():
            waiting = await requested(ada)
            await until(Task.objects.filter(pk=waiting.pk, waiting_for="provider").aexists)
            assert await Task.objects.filter(pk=refused.pk, waiting_for="provider").aexists()
            await until(ended(refused, waiting))

    assert min(gaps_after_refusal(provider)) > PAUSE_SECONDS - 0.1
    assert await Task.objects.filter(status=Task.Status.COMPLETED).acount() == 2


async def test_the_timeline_tells_a_pause_once_and_only_where_the_provider_asked(ada, provider):
    provider.rate_limit(times=1, retry_after=1)
    async with working():
        refused = await requested(ada)
        await until(ended(refused))
        other = await requested(ada)
        await until(ended(other))

    told = [entry async for entry in refused.timeline.filter(kind="provider.paused")]
    assert [entry_payload(entry)["text"] for entry in told] == [
        "The provider asked to wait 1 s: Rate limit reached"
    ]
    assert not await other.timeline.filter(kind="provider.paused").aexists()


@pytest.fixture
async def workshop():
    workshop = Supervisor().workshop
    workshop.streams = Streams(1)
    yield workshop
    await workshop.writer.close()


def run_of(task, workshop):
    lease = Lease(task.pk, task.lease_no, task.owner_id)
    return Run(lease, workshop, RulesEngine(), endpoint="scripted", options=Options(), round=1)


async def test_a_pause_that_begins_while_a_call_waits_for_a_slot_is_honoured_after_it_got_the_slot(
    task, workshop
):
    run = run_of(task, workshop)
    called_at = []

    async def call():
        async with run.stream():
            called_at.append(time.monotonic())

    async with run.stream():
        calling = asyncio.create_task(call())
        await asyncio.sleep(0.05)
        assert run.progress.waiting_for == ""
        workshop.pauses.pause("scripted", 0.5)
    paused_until = workshop.pauses.until("scripted")
    await asyncio.sleep(0.05)
    assert run.progress.waiting_for == "provider"
    other = uuid7()
    await asyncio.wait_for(workshop.streams.acquire(other), 1)  # it holds no stream meanwhile
    workshop.streams.release(other)
    await calling

    assert called_at[0] >= paused_until


async def test_calls_that_are_refused_together_are_one_pause(task, workshop):
    await Task.objects.filter(pk=task.pk).aupdate(
        status="running", lease_expires_at=timezone.now() + timedelta(seconds=30)
    )
    run = run_of(task, workshop)
    workshop.streams = Streams(10)

    async def refused():
        with pytest.raises(EnginePaused):
            async with run.stream():
                await asyncio.sleep(0.05)
                raise EnginePaused("rate_limited", "Slow down", 30)

    await asyncio.gather(*(refused() for _ in range(10)))

    assert await task.timeline.filter(kind="provider.paused").acount() == 1
    assert 29 < (await workshop.writer.write(open_pauses))["scripted"] <= 30


async def test_a_pause_never_gets_shorter_and_is_forgotten_when_it_is_over(db, workshop):
    for seconds in (60, 1):
        await workshop.writer.write(lambda publisher, seconds=seconds: store_pause("scripted", seconds))
    assert (await workshop.writer.write(open_pauses))["scripted"] > 50

    await ProviderPause.objects.aupdate(until=timezone.now() - timedelta(seconds=1))
    assert await workshop.writer.write(open_pauses) == {}
    assert not await ProviderPause.objects.aexists()


async def test_an_answer_that_came_whole_is_kept_when_its_worker_stops_in_that_moment(ada, provider):
    provider.tokens_per_second = 400
    async with working() as worker:
        task = await requested(ada)
        while len(provider.requests) < 2:  # the second one writes cases
            await asyncio.sleep(0.001)
        hold = asyncio.create_task(worker.workshop.writer.write(lambda publisher: time.sleep(2)))
        while provider.requests[1].ended_at is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        worker._attempts[task.pk].release()
        await hold

    provider.tokens_per_second = 0
    async with working():
        await until(ended(task))
    assert len(provider.requests) == 2
