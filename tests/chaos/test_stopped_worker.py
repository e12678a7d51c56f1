"""A worker that is stopped for longer than its lease comes back to a world that went on without it."""

import time
from functools import partial

import pytest

from tests.chaos.cast import Story, request_stories
from tests.chaos.faults import STOP_SECONDS
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.model import ALL_CALLS, Model

TAKEOVER_SECONDS = 45
SLOTS = 2
SAMPLE_SECONDS = 0.5
IN_A_TRANSACTION = b"""
select 1 from pg_stat_activity
where application_name = %s and state = 'idle in transaction' and backend_xid is not null
"""


@pytest.fixture(scope="module")
def fleet(begin_fleet) -> Fleet:
    return begin_fleet(LLM_CONCURRENCY=str(SLOTS))


@pytest.mark.timeout(600)
def test_a_stale_worker_can_add_nothing_and_works_on(fleet, model):
    model.allowance = 3
    stories = request_stories(fleet, people=1, tasks_each=1)
    stale = fleet.until(lambda: holder_of(fleet, model, stories[0]), 30, "somebody works on it")
    fleet.pause(2)

    stale.stop()
    goes_on_without(fleet, model, stale, stories)
    goes_on_unharmed(fleet, model, stale, stories)


@pytest.mark.timeout(600)
def test_a_worker_stopped_in_the_middle_of_a_transaction_holds_nobody_up(fleet, model):
    model.allowance = 1
    stories = request_stories(fleet, people=SLOTS, tasks_each=2, chapters=("Orders",))
    fleet.until(lambda: all(holder_of(fleet, model, story) for story in stories), 30, "both workers are full")
    stale = fleet.workers[0]

    held = fleet.until(lambda: stop_in_a_transaction(fleet, stale), 60, "it is stopped within a transaction")
    goes_on_without(fleet, model, stale, [story for story in stories if story.id in held])
    goes_on_unharmed(fleet, model, stale, stories)


def goes_on_without(fleet: Fleet, model: Model, stale: Worker, stories: list[Story]) -> None:
    """Others finish what the stopped worker held."""
    model.allowance = ALL_CALLS
    for story in stories:
        fleet.until(
            partial(holder_of, fleet, model, story, besides=stale),
            stale.stopped_at + TAKEOVER_SECONDS - time.monotonic(),
            f"another worker takes over {story}",
        )


def goes_on_unharmed(fleet: Fleet, model: Model, stale: Worker, stories: list[Story]) -> None:
    """Continued, it spoils nothing and works on."""
    for story in stories:
        ended = fleet.until(story.ended, 40, f"{story} ends")
        assert ended["status"] == "completed"
    fleet.pause(max(0, stale.stopped_at + STOP_SECONDS - time.monotonic()))
    before = [everything_of(story) for story in stories]
    stale.go_on()

    next_ones = request_stories(fleet, people=SLOTS, tasks_each=2, chapters=("Orders",))  # one for each slot
    for story in next_ones:
        ended = fleet.until(story.ended, 40, f"{story} ends")
        assert ended["status"] == "completed"
    assert {call.asked.tenant for call in model.calls_of(stale.number)} & {one.tenant for one in next_ones}
    assert [everything_of(story) for story in stories] == before
    assert stale.is_alive


def holder_of(fleet: Fleet, model: Model, story: Story, besides: Worker | None = None) -> Worker | None:
    """The worker that has a call for the task in mid-stream."""
    for worker in fleet.workers.values():
        calls = model.in_mid_stream(worker.number)
        if worker is not besides and any(call.asked.tenant == story.tenant for call in calls):
            return worker
    return None


def stop_in_a_transaction(fleet: Fleet, worker: Worker) -> set[str]:
    """Stop it when it has written in a transaction that it did not end yet; what it held, or nothing."""
    held, end = fleet.held_by(worker), time.monotonic() + SAMPLE_SECONDS
    with fleet.connect() as connection:
        while time.monotonic() < end:
            if connection.execute(IN_A_TRANSACTION, [f"worker-{worker.number}"]).fetchone():
                worker.stop()
                if connection.execute(IN_A_TRANSACTION, [f"worker-{worker.number}"]).fetchone():
                    return held
                worker.go_on()
    return set()


def everything_of(story: Story) -> tuple[object, ...]:
    """All that a stale worker could spoil."""
    notes = story.owner.get("/notifications", limit=100)["items"]
    return story.now(), story.timeline(), story.owner.cases(story.id), story.coverage(), notes
