"""Who does the hourly round: one process a slot, and soon after a start (design §4)."""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from generator import cleaning, transitions
from generator.models import TaskCounts, Turn, Worker
from generator.services import cancel_task, request_task
from realtime.events import publishing

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = 60


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of this process."""
    return lambda seconds: monkeypatch.setattr(time, "time", lambda: float(seconds))


def gone_worker():
    return Worker.objects.create(host="gone", pid=1, slots=1, seen_at=timezone.now() - timedelta(days=2))


def test_one_process_cleans_in_a_slot_and_again_in_the_next(at):
    at(600 * MINUTE)
    assert [cleaning.take_turn() for _ in range(3)] == [True, False, False]

    at(659 * MINUTE)
    assert not cleaning.take_turn()

    at(660 * MINUTE)
    assert cleaning.take_turn()


def test_the_interval_is_a_setting(at, settings):
    settings.CLEANUP_INTERVAL_MINUTES = 5
    at(600 * MINUTE)
    assert cleaning.take_turn()

    at(605 * MINUTE)
    assert cleaning.take_turn()


def test_a_slot_that_is_taken_is_not_cleaned_again_except_for_a_person():
    cleaning.clean_if_it_is_our_turn()
    gone_worker()

    cleaning.clean_if_it_is_our_turn()
    assert Worker.objects.count() == 1

    cleaning.clean()
    assert Worker.objects.count() == 0


def test_a_process_that_starts_late_in_an_untaken_slot_cleans_at_its_first_look(at):
    gone_worker()
    at(659 * MINUTE)

    cleaning.clean_if_it_is_our_turn()

    assert not Worker.objects.exists()


def test_past_turns_are_forgotten_and_the_present_one_is_kept():
    Turn.objects.create(job=cleaning.JOB, slot=1, taken_at=timezone.now() - timedelta(days=2))

    cleaning.clean_if_it_is_our_turn()

    assert [turn.slot > 1 for turn in Turn.objects.all()] == [True]


def race(number):
    """Let as many processes, here threads with connections of their own, look at the same moment."""
    start, taken = threading.Barrier(number), []

    def look():
        start.wait()
        if cleaning.take_turn():
            taken.append(cleaning.clean())
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def test_of_many_processes_that_look_at_once_exactly_one_cleans(ada, settings):
    settings.TASK_RETENTION_DAYS = 0
    for _ in range(3):
        cancel_task(request_task(ada, requirement="Lock the account."), ada)

    rounds = race(6)

    assert [cleaned.purged_tasks for cleaned in rounds] == [3]
    assert Turn.objects.count() == 1


@contextmanager
def without_sessions():
    """The table of sessions is gone for a time."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO lost")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE lost RENAME TO django_session")


def test_a_part_that_fails_keeps_no_other_from_its_work(task, ada, settings):
    settings.TASK_RETENTION_DAYS = 0
    cancel_task(task, ada)
    gone_worker()
    with pytest.raises(DatabaseError, match="django_session"), without_sessions():
        cleaning.clean()

    assert not type(task).objects.exists()
    assert not Worker.objects.exists()


def test_a_counter_that_somebody_broke_starves_nobody_for_long(ada):
    task = request_task(ada, requirement="The name has at most 20 characters.")
    TaskCounts.objects.filter(owner=ada).update(pending=0, running=4)
    worker = Worker.objects.create(host="here", pid=1, slots=1)

    cleaning.clean()
    with publishing() as publisher:
        (lease,) = transitions.claim(publisher, worker, 1)

    assert lease.task_id == task.pk
    assert TaskCounts.of(ada)["pending"] == 0
