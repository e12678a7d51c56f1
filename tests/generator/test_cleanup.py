import json
from datetime import timedelta

import pytest
from django.utils import timezone

from generator.cleaning import clean
from generator.editing import add_case, update_case
from generator.models import Case, Document, Task, TaskCounts, Worker
from generator.services import Upload, cancel_task, delete_task, request_task
from realtime.models import Event, Notification

TEXT = "Lock the account after 5 wrong passwords."


@pytest.fixture
def ended(ada):
    """A cancelled task of eight days ago."""
    task = request_task(ada, requirement=TEXT)
    cancel_task(task, ada)
    Task.objects.update(finished_at=timezone.now() - timedelta(days=8))
    return task


def test_a_task_kept_long_enough_goes_with_its_event_and_count(ada, ended):
    cleaned = clean()

    assert (cleaned.expired_tasks, cleaned.purged_tasks) == (1, 1)
    assert not Task.objects.exists()
    assert json.loads(Event.objects.latest("id").frame)["type"] == "task.deleted"
    assert TaskCounts.of(ada)["cancelled"] == 0


def test_all_that_hangs_on_a_task_goes_with_it(ada, analysed):
    case = add_case(analysed, ada, {"title": "One", "requirements": ["R1"]})
    merged = add_case(analysed, ada, {"title": "Two", "requirements": ["R1"]})
    update_case(analysed, ada, 1, 1, {"title": "Other"})
    Case.objects.filter(pk=merged.pk).update(merged_into=case)
    delete_task(analysed, ada)
    Task.objects.update(deleted_at=timezone.now() - timedelta(hours=2))

    assert clean().purged_tasks == 1
    assert not Case.objects.exists()


def test_a_fresh_a_waiting_and_a_just_deleted_task_stay(ada, ended):
    Task.objects.update(finished_at=timezone.now() - timedelta(days=6))
    waiting = request_task(ada, requirement=TEXT)
    Task.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(days=30))
    delete_task(request_task(ada, requirement=TEXT), ada)

    cleaned = clean()

    assert (cleaned.expired_tasks, cleaned.purged_tasks) == (0, 0)
    assert Task.objects.count() == 3


def test_retention_of_no_days_means_at_once_and_none_for_ever(settings, ended):
    Task.objects.update(finished_at=timezone.now())
    settings.TASK_RETENTION_DAYS = None
    assert clean().expired_tasks == 0

    settings.TASK_RETENTION_DAYS = 0
    assert clean().expired_tasks == 1


def test_a_second_round_finds_nothing_to_do(ended):
    clean()
    cleaned = clean()

    assert (cleaned.expired_tasks, cleaned.purged_tasks, cleaned.events, cleaned.notifications) == (
        0,
        0,
        0,
        0,
    )


def test_a_hidden_task_that_a_worker_still_holds_waits(ada):
    task = request_task(ada, requirement=TEXT)
    Task.objects.filter(pk=task.pk).update(
        status="running", lease_expires_at=timezone.now(), deleted_at=timezone.now() - timedelta(hours=2)
    )

    assert clean().purged_tasks == 0


def test_old_events_and_notifications_go_and_the_bell_is_told(ada, ended):
    Event.objects.update(created_at=timezone.now() - timedelta(days=8))
    Notification.objects.update(created_at=timezone.now() - timedelta(days=91))

    cleaned = clean()

    assert cleaned.notifications == 1
    assert cleaned.events > 0
    told = [json.loads(event.frame) for event in Event.objects.all()]
    assert [frame["unread"] for frame in told if frame["type"] == "notification.read"] == [0]


def test_bytes_of_a_read_upload_go_once_its_task_has_ended(ada):
    uploads = [Upload("a.txt", "text/plain", b"a"), Upload("b.txt", "text/plain", b"b")]
    task = request_task(ada, uploads=uploads)
    Document.objects.filter(name="a.txt").update(text="a")

    clean()
    assert Document.objects.get(name="a.txt").content is not None
    cancel_task(task, ada)
    clean()

    assert Document.objects.get(name="a.txt").content is None
    assert Document.objects.get(name="b.txt").content is not None


def test_workers_long_gone_are_forgotten(db):
    Worker.objects.create(host="h", pid=1, slots=1, seen_at=timezone.now() - timedelta(days=2))
    clean()

    assert not Worker.objects.exists()
