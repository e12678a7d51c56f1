"""The ledger while Redis and PostgreSQL go away and come back: no process dies, nothing is lost or twice."""

import time
from functools import partial

import pytest

from tests.chaos.cast import request_stories
from tests.chaos.faults import KILL, STOP, TERM, Storm, schedule
from tests.chaos.ledger import OUTAGE_GRACE_SECONDS, Ledger
from tests.chaos.model import ALL_CALLS
from tests.chaos.outages import CRASH, POSTGRES, REDIS, Outages

SLOTS = 8
PEOPLE, TASKS_EACH = 4, 4
STRETCHES = [([0, 2, 5], [KILL, STOP, KILL], [KILL, KILL, TERM])]
WHILE_LOST_TASKS_WAIT = [REDIS, POSTGRES, REDIS]
WHILE_CALLS_FINISH = [[CRASH, REDIS], [REDIS, POSTGRES], [REDIS]]


@pytest.mark.timeout(1_200)
def test_no_restart_of_what_they_share_loses_a_task_or_pays_twice(
    begin_fleet, model, postgres, redis, dice, seed
):
    model.allowance = 0
    fleet = begin_fleet(LLM_CONCURRENCY=str(SLOTS))
    stories = request_stories(fleet, PEOPLE, TASKS_EACH)
    ledger = Ledger(fleet, model, stories)
    storm = Storm(fleet, model, dice, stories)
    outages = Outages(fleet, postgres, redis, dice)

    storm.heal()
    waves = zip(schedule(dice, STRETCHES), WHILE_LOST_TASKS_WAIT, WHILE_CALLS_FINISH, strict=True)
    for wave, first, others in waves:
        storm.strike(wave, before_each=ledger.note_items, meanwhile=partial(outages.cut, first))
        for other in others:
            model.allowance += 1
            fleet.pause(dice.uniform(0, 3))
            outages.cut(other)
            fleet.pause(OUTAGE_GRACE_SECONDS)
    model.allowance = ALL_CALLS
    ledger.faults, ledger.outages = storm.faults, outages.of_database
    end = time.monotonic() + 60
    for story in stories:
        story.owner.ended(story.id, max(1, end - time.monotonic()))
    ledger.check(seed)
