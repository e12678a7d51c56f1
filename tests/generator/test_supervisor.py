"""One worker process with the table: bells that come late, leases that it forgot, clocks that jump."""

import asyncio
import socket
import time
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async as in_thread
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from generator import bulk, services, supervisor, transitions
from generator.lifesigns import LifeSign
from generator.models import Task, Worker
from generator.pipeline import attempt
from realtime import bells
from realtime.events import publishing
from realtime.models import Event
from tests.generator.working import working

pytestmark = pytest.mark.django_db(transaction=True)
REQUIREMENT = "Lock the account after 5 wrong passwords."


async def until(task, reached, seconds=10):
    deadline = time.monotonic() + seconds
    while True:
        await task.arefresh_from_db()
        if reached(task):
            return
        assert time.monotonic() < deadline, (task.status, task.stage, task.rescues)
        await asyncio.sleep(0.02)


def claim_for(worker):
    with publishing() as publisher:
        transitions.claim(publisher, worker, 1)


@pytest.fixture
def endless_review(monkeypatch):
    """The last stage takes for ever: a task stays running."""

    async def review(run):
        await asyncio.sleep(3600)

    monkeypatch.setattr(attempt, "review", review)


async def test_a_requested_task_is_run_to_its_end(ada):
    async with working():
        task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
        await until(task, lambda task: task.status == Task.Status.COMPLETED)

    assert task.cases_count > 0


async def test_a_bell_that_rings_during_a_look_is_heard(ada, monkeypatch):
    looks = []
    look = supervisor.Supervisor._look

    async def ringing_look(self):
        looks.append(time.monotonic())
        await look(self)
        if len(looks) == 1:
            self.wake()

    monkeypatch.setattr(supervisor.Supervisor, "_look", ringing_look)
    async with working():
        deadline = time.monotonic() + 10
        while len(looks) < 2 and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    assert looks[1] - looks[0] < supervisor.LOOK_SECONDS / 2


async def test_a_doubled_cancel_bell_does_not_end_a_task_that_nobody_cancelled(ada, endless_review):
    async with working() as worker:
        task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
        await until(task, lambda task: task.cases_count > 0)

        await worker.stop_cancelled()
        await asyncio.sleep(0.2)

        await task.arefresh_from_db()
        assert task.status == Task.Status.RUNNING


async def test_a_task_whose_end_could_not_be_stored_is_rescued(ada, monkeypatch, settings):
    settings.LEASE_SECONDS = 3

    def break_down(*args):
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as fault:
        fault.setattr(transitions.Lease, "complete", break_down)
        fault.setattr(transitions.Lease, "fail", break_down)
        async with working() as worker:
            task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
            await until(task, lambda task: task.cases_count > 0)
            while worker._attempts:
                await asyncio.sleep(0.02)
            fault.undo()
            await until(task, lambda task: task.status == Task.Status.COMPLETED, 15)

    assert await task.timeline.filter(kind="rescued").acount() == 1


async def test_the_end_of_a_task_waits_for_a_database_that_is_away(ada, monkeypatch):
    complete = transitions.Lease.complete
    tries = []

    def complete_later(lease, publisher):
        tries.append(lease)
        if len(tries) < 3:
            raise OperationalError("the database is away")
        complete(lease, publisher)

    monkeypatch.setattr(transitions.Lease, "complete", complete_later)
    async with working():
        task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
        await until(task, lambda task: task.status == Task.Status.COMPLETED)

    assert (task.attempt, task.rescues) == (1, 0)


async def test_a_dead_worker_of_this_machine_is_noticed_before_its_leases_run_out(ada):
    task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
    gone = await Worker.objects.acreate(host=socket.gethostname(), pid=1, slots=1)
    await in_thread(claim_for)(gone)
    sign = LifeSign(gone.pk)
    sign.hold()

    async with working() as worker:
        await worker._look()
        await task.arefresh_from_db()
        is_left_alone = (task.status, task.worker_id) == (Task.Status.RUNNING, gone.pk)
        sign.let_go(forget=False)  # what the kernel does when a process dies
        worker.wake()
        await until(task, lambda task: task.status == Task.Status.COMPLETED)

    assert is_left_alone
    assert task.attempt == 2
    assert await task.timeline.filter(kind="rescued").acount() == 1
    assert not await Worker.objects.filter(pk=gone.pk).aexists()


async def test_an_attempt_whose_lease_was_lost_stops_without_a_word(ada, endless_review, settings):
    settings.LEASE_SECONDS = 3
    other = await Worker.objects.acreate(host="elsewhere", pid=1, slots=1)
    async with working() as worker:
        task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
        await until(task, lambda task: task.cases_count > 0)
        await Task.objects.filter(pk=task.pk).aupdate(worker=other, lease_no=F("lease_no") + 1)
        told = await Event.objects.acount()

        deadline = time.monotonic() + 10
        while worker._attempts:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        await task.arefresh_from_db()

        assert (task.status, task.worker_id) == (Task.Status.RUNNING, other.pk)
        assert await Event.objects.acount() == told


async def test_after_a_clock_jump_a_worker_keeps_its_own_task(ada, endless_review):
    async with working() as worker:
        task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
        await until(task, lambda task: task.cases_count > 0)
        running = worker._attempts[task.pk]
        await Task.objects.filter(pk=task.pk).aupdate(lease_expires_at=timezone.now() - timedelta(hours=1))

        worker.wake()
        await until(task, lambda task: task.lease_expires_at > timezone.now())

        assert worker._attempts[task.pk] is running
        assert (task.attempt, task.rescues) == (1, 0)


async def test_a_cancel_outlives_the_worker_that_it_was_meant_for(ada):
    task = await in_thread(services.request_task)(ada, requirement=REQUIREMENT)
    gone = await Worker.objects.acreate(host="elsewhere", pid=1, slots=1)

    def lose():
        claim_for(gone)
        services.cancel_task(task, ada)
        Task.objects.filter(pk=task.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    await in_thread(lose)()
    async with working():
        await until(task, lambda task: not task.is_open)

    assert (task.status, task.cases_count) == (Task.Status.CANCELLED, 0)


def test_retrying_in_bulk_stops_nothing(ada, monkeypatch):
    services.request_task(ada, requirement=REQUIREMENT)
    worker = Worker.objects.create(host="here", pid=1, slots=1)
    with publishing() as publisher:
        transitions.claim(publisher, worker, 1)
    rung = []
    monkeypatch.setattr("realtime.bells.ring_channel", lambda channel, message: rung.append(message["type"]))

    bulk.apply("retry", Task.objects.parts_for(ada), ada)

    assert rung == ["task.pending"]


async def test_a_bell_of_another_version_does_not_deafen_the_worker(ada):
    async with working() as worker:
        heard = []

        async def handle(message):
            if message["type"] == "task.someday":
                raise ValueError("No handler")
            heard.append(message)

        listening = asyncio.create_task(supervisor.listen("generation-test", handle))
        layer = bells.channel_layer()
        deadline = time.monotonic() + 5
        while not heard and time.monotonic() < deadline:  # bells rung before it listens are lost
            for kind in ("task.someday", "task.pending"):
                await layer.send("generation-test", {"type": kind})
            await asyncio.sleep(0.05)
        listening.cancel()

    assert heard[0]["type"] == "task.pending"
    assert worker.worker.pk
