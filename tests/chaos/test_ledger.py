"""40 tasks of five sections over two workers, through 20 faults: nothing is lost, told or paid for twice."""

import time

import pytest

from tests.chaos.cast import CALLS_A_TASK, request_stories
from tests.chaos.faults import KILL, STOP, TERM, Storm, schedule
from tests.chaos.ledger import Ledger
from tests.chaos.model import ALL_CALLS

SLOTS = 20
PEOPLE, TASKS_EACH = 10, 4
LAST = CALLS_A_TASK - 1
STRETCHES = [
    ([0, 0], [KILL, TERM], [KILL, TERM]),  # every task is in *analysing*
    ([1, 2, 3, 4, 5], [KILL, KILL, KILL, KILL, STOP], [KILL, KILL, KILL, KILL, STOP]),
    ([LAST, LAST, LAST], [KILL, STOP, TERM], [KILL, STOP, TERM]),  # every task comes to *reviewing*
]


@pytest.mark.timeout(1_200)
def test_no_crash_loses_a_task_or_pays_twice(begin_fleet, model, dice, seed):
    model.allowance = 0
    fleet = begin_fleet(LLM_CONCURRENCY=str(SLOTS))
    stories = request_stories(fleet, PEOPLE, TASKS_EACH)
    ledger = Ledger(fleet, model, stories)
    storm = Storm(fleet, model, dice, stories)

    storm.heal()
    fleet.until(lambda: is_full(fleet, model), 30, "every slot of both workers is full")
    for wave in schedule(dice, STRETCHES):
        storm.strike(wave, before_each=ledger.note_items)
    model.allowance = ALL_CALLS
    ledger.faults = storm.faults
    end = time.monotonic() + 60
    for story in stories:
        story.owner.ended(story.id, max(1, end - time.monotonic()))
    ledger.check(seed)
    assert {"analysing", "generating", "reviewing"} <= {stage for one in storm.faults for stage in one.stages}


def is_full(fleet, model) -> bool:
    """Each worker has a task for each of its streams, and each of these calls is in mid-stream."""
    return all(
        len(fleet.held_by(worker)) == len(model.in_mid_stream(worker.number)) == SLOTS
        for worker in fleet.workers.values()
    )
