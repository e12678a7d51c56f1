"""SIGTERM: what can finish does, the rest is given back, and no attempt is lost."""

import signal
import time

import pytest

from tests.chaos.cast import Story, request_stories
from tests.chaos.faults import DRAIN_SECONDS
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.model import ALL_CALLS, Model

SLOTS = 3
SECOND_SIGNAL_SECONDS = 1.2
AT_ONCE_SECONDS = 1.0


@pytest.fixture(scope="module")
def fleet(begin_fleet) -> Fleet:
    return begin_fleet(LLM_CONCURRENCY=str(SLOTS))


@pytest.mark.timeout(600)
def test_a_draining_worker_finishes_what_it_can_and_gives_back_the_rest(fleet, model):
    stories = fill(fleet, model)
    leaver = fleet.workers[0]
    at_work = {call.asked.tenant for call in model.in_mid_stream(leaver.number)}
    held = [story for story in stories if story.id in fleet.held_by(leaver)]
    finishes = next(story for story in held if story.tenant in at_work)

    seconds = end(fleet, leaver, lambda: model.allowances.update({finishes.tenant: ALL_CALLS}))
    model.allowance = ALL_CALLS
    ended = [fleet.until(story.ended, 40, f"{story} ends") for story in stories]

    assert (leaver.process.returncode, seconds <= DRAIN_SECONDS) == (0, True), f"{seconds:.1f} s"
    assert {(task["status"], task["attempt"]) for task in ended} == {("completed", 1)}
    assert count("released", finishes) == 0
    assert [count("released", story) for story in held if story is not finishes] == [1] * (SLOTS - 1)
    assert [count("rescued", story) for story in stories] == [0] * len(stories)


@pytest.mark.timeout(600)
def test_a_second_signal_stops_a_draining_worker_at_once(fleet, model):
    fill(fleet, model)
    leaver = fleet.workers[0]
    leaver.process.send_signal(signal.SIGTERM)
    time.sleep(SECOND_SIGNAL_SECONDS)  # one that comes sooner is an echo of the first
    assert leaver.is_alive

    seconds = end(fleet, leaver)

    assert seconds <= AT_ONCE_SECONDS
    assert leaver.process.returncode != 0


def fill(fleet: Fleet, model: Model) -> list[Story]:
    """Every slot of both workers gets a task that does not end."""
    model.allowance = 1
    stories = request_stories(fleet, people=SLOTS, tasks_each=2, chapters=("Orders",))

    def is_full() -> bool:
        workers = fleet.workers.values()
        held = [len(fleet.held_by(worker)) for worker in workers]
        return held == [SLOTS, SLOTS] and all(model.in_mid_stream(worker.number) for worker in workers)

    fleet.until(is_full, 30, "every slot is full")
    return stories


def end(fleet: Fleet, worker: Worker, then=lambda: None) -> float:
    """Send SIGTERM, do `then`, and return how long the process took to end."""
    began = time.monotonic()
    worker.process.send_signal(signal.SIGTERM)
    then()
    fleet.until(lambda: not worker.is_alive, DRAIN_SECONDS + 15, "it ends")
    return time.monotonic() - began


def count(kind: str, story: Story) -> int:
    return sum(entry["kind"] == kind for entry in story.timeline())
