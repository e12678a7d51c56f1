"""An endpoint that accepts and says nothing: the task says what it waits for, and cancel needs no answer."""

import time
from math import inf

import pytest

from tests.chaos.cast import Story, request_stories
from tests.chaos.fleet import Fleet
from tests.chaos.model import Model

CLOSED_SECONDS = 1.0
MANY = 20
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def fleet(begin_fleet, model) -> Fleet:
    model.hang(times=None)
    return begin_fleet(LLM_CONCURRENCY=str(MANY // 2), TASKS_PER_USER=str(MANY))


def test_a_task_says_that_it_waits_for_the_model_and_cancel_hangs_up(fleet, model):
    (story,) = request_stories(fleet, people=1, tasks_each=1)
    fleet.until(lambda: story.now()["waiting_for"] == "model", 20, "it waits for the model")

    began = time.monotonic()
    answer = story.owner.call("POST", f"/tasks/{story.id}/cancel")

    assert answer.status_code == 202
    fleet.until(lambda: story.now()["status"] == "cancelled", CLOSED_SECONDS, "it is cancelled")
    hung_up(model, [story], began)


def test_a_bulk_cancel_hangs_up_on_all_at_once(fleet, model):
    stories = request_stories(fleet, people=1, tasks_each=MANY)
    ada = stories[0].owner
    fleet.until(lambda: len(open_calls(model, stories)) == MANY, 30, "all are asked for")

    began = time.monotonic()
    answer = ada.call("POST", "/tasks/bulk", json={"action": "cancel", "filter": {"status": "running"}})

    assert (answer.status_code, answer.json()["matched"]) == (202, MANY)
    fleet.until(
        lambda: ada.get("/tasks", limit=1)["counts"]["cancelled"] == MANY,
        began + CLOSED_SECONDS - time.monotonic(),
        "all are cancelled",
    )
    hung_up(model, stories, began)


def open_calls(model: Model, stories: list[Story]):
    tenants = {story.tenant for story in stories}
    return [call for call in model.calls if call.asked.tenant in tenants and call.is_open]


def hung_up(model: Model, stories: list[Story], since: float) -> None:
    """The endpoint saw each task's connection closed soon after `since`, and nobody asked again."""
    calls = [call for call in model.calls if call.asked.tenant in {story.tenant for story in stories}]
    while any(call.is_open for call in calls):
        assert time.monotonic() - since < CLOSED_SECONDS, "some calls are still open"
        time.sleep(0.01)
    assert [call.closed_early for call in calls] == [True] * len(stories)
    assert max(call.ended_at or inf for call in calls) - since < CLOSED_SECONDS
