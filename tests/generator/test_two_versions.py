"""Two versions of the product at once, as during a deployment: each puts up with what the other leaves."""

from __future__ import annotations

import asyncio
import time

import pytest
from channels.db import database_sync_to_async as in_thread
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.models import User
from generator import services, supervisor, transitions
from generator.models import Task, Worker
from generator.worker import GenerationConsumer
from realtime import bells
from realtime.events import publishing

FIRST_VERSION = [("core", "0001_initial"), ("realtime", "0001_initial"), ("generator", "0001_initial")]
STRANGE_BELLS = [
    {"type": "task.someday"},
    {"type": "_private"},
    {"type": "task.pending", "task_id": "a field that this version does not know"},
    {"no": "type"},
]


@pytest.mark.django_db(transaction=True)
async def test_a_worker_that_hears_strange_bells_goes_on_working(ada):
    worker = supervisor.start()
    running = asyncio.create_task(worker.run())
    hearing = asyncio.create_task(supervisor.listen("generation", GenerationConsumer().dispatch))
    for bell in STRANGE_BELLS:
        await bells.channel_layer().send("generation", bell)
    await asyncio.sleep(0)

    task = await in_thread(services.request_task)(
        ada, requirement="Lock the account after 5 wrong passwords."
    )
    deadline = time.monotonic() + 20
    while task.is_open and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
        await task.arefresh_from_db()

    assert task.status == Task.Status.COMPLETED
    assert not hearing.done()
    await worker.drain(0)
    hearing.cancel()
    running.cancel()
    await asyncio.wait([running, hearing])


@pytest.mark.django_db
def test_what_the_first_version_inserts_the_newest_can_run(ada):
    old = MigrationExecutor(connection).loader.project_state(FIRST_VERSION).apps
    owner = old.get_model("core", "User").objects.create(username="from-the-old-version")
    task = old.get_model("generator", "Task").objects.create(owner=owner, title="Old", engine="rules")
    insert_what_hangs_on(task, old)
    worker = Worker.objects.create(host="here", pid=1, slots=1)

    counts = old.get_model("generator", "TaskCounts").objects.create(owner=owner, pending=1)
    with publishing() as publisher:
        (lease,) = transitions.claim(publisher, worker, 1)
    with publishing() as publisher:
        lease.complete(publisher)

    counts.refresh_from_db()
    assert (counts.pending, counts.completed) == (0, 1)
    assert User.objects.get(pk=owner.pk).notifications.count() == 1


def insert_what_hangs_on(task, old) -> None:
    """A row in each table that the first version's worker writes to."""
    place = {"document": 0, "start": 0, "end": 1}
    rows = {
        name: old.get_model("generator", name).objects.create for name in ("Worker", "Document", "Section")
    }
    rows["Worker"](host="there", pid=2, slots=1)
    rows["Document"](task=task, position=0, name="a.txt", size=1, text="a")
    section = rows["Section"](task=task, position=0, title="All", **place)
    item = old.get_model("generator", "RequirementItem").objects.create(
        task=task, section=section, number=1, quote="a", text="a", **place
    )
    case = old.get_model("generator", "Case").objects.create(
        task=task, section=section, number=1, position=1, title="One", source="rules"
    )
    case.items.add(item)
    old.get_model("generator", "Checkpoint").objects.create(
        task=task, round=1, stage="analysing", position=0, result={}
    )
    old.get_model("generator", "TimelineEntry").objects.create(task=task, kind="requested")


def test_an_entry_of_a_kind_that_only_a_newer_version_knows_can_be_read(api, task):
    task.note("something.new", number=3)

    newest = api.get(f"/tasks/{task.pk}/events").json()[-1]
    assert (newest["kind"], newest["text"]) == ("something.new", "something.new")


def test_an_entry_that_another_version_wrote_with_less_detail_can_be_read(api, task):
    task.note("section.failed", title="Signing in")

    assert api.get(f"/tasks/{task.pk}/events").json()[-1]["text"] == "Section “Signing in” failed: …"
