"""A task that kills each worker which asks for its section is given up, and harms no other."""

import time
from math import inf

import pytest

from tests.chaos.cast import Story, request_stories, request_story
from tests.chaos.fleet import Fleet
from tests.chaos.model import Call, Model

RESCUES = 3
LONG_ENOUGH_SECONDS = 0.3


@pytest.mark.timeout(600)
def test_a_task_that_kills_its_workers_is_given_up_with_its_cases(begin_fleet, model):
    fleet = begin_fleet(LLM_CONCURRENCY="5", one_host=True)
    poison = request_story(fleet, fleet.somebody(), chapters=("Orders",))
    model.allowances[poison.tenant] = 1  # its analysing ends, its section does not
    others = request_stories(fleet, people=2, tasks_each=2)

    stored = [kill_whoever_asks(fleet, model, poison) for _ in range(RESCUES + 1)]
    fleet.until(poison.ended, 60, "the poison task is given up")
    for other in others:
        fleet.until(other.ended, 90, f"{other} ends")

    task, timeline = poison.now(), poison.timeline()
    assert (task["status"], task["error"]["code"]) == ("failed", "worker_lost")
    kinds = [entry["kind"] for entry in timeline]
    assert (kinds.count("claimed"), kinds.count("rescued"), kinds[-1]) == (1 + RESCUES, RESCUES, "failed")
    assert len(poison.owner.cases(poison.id)) >= stored[-1] > stored[0] > 0
    words = " ".join(entry["text"] for entry in timeline)
    assert "worker was lost" in words
    assert task["error"]["message"] in words
    assert {other.now()["status"] for other in others} == {"completed"}


def kill_whoever_asks(fleet: Fleet, model: Model, story: Story) -> int:
    """Kill the worker that has the task's section in mid-stream once it stored another case; their number."""
    before = story.now()["cases_count"]

    def stored_more() -> int:
        count = story.now()["cases_count"]
        return count if count > before and asking(model, story) else 0

    stored = fleet.until(stored_more, 60, f"a worker asks for {story} and stores a case")
    number = asking(model, story)[-1].process
    next(worker for worker in fleet.workers.values() if worker.number == number).kill()
    return stored


def asking(model: Model, story: Story) -> list[Call]:
    """Calls for the task's section that have said something."""
    since = time.monotonic() - LONG_ENOUGH_SECONDS
    return [
        call
        for call in model.calls
        if call.asked.tenant == story.tenant
        and call.asked.stage == "generating"
        and call.is_in_mid_stream
        and (call.streaming_since or inf) < since
    ]
