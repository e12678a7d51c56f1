"""Who may change a task's status, and what everybody is told of it."""

import pytest

from core.models import User
from generator import services, transitions
from generator.models import Task, TaskCounts, Worker
from generator.pipeline.attempt import DEADLINE
from generator.transitions import Lease, LeaseLost
from realtime.events import publishing
from realtime.models import Event, Notification


@pytest.fixture
def worker(db):
    return Worker.objects.create(host="here", pid=1, slots=200)


def request(owner, number=1):
    return [services.request_task(owner, requirement=f"Requirement {n}") for n in range(number)]


def claim(worker, limit=100) -> list[Lease]:
    with publishing() as publisher:
        return transitions.claim(publisher, worker, limit)


def end(lease, how, *details):
    with publishing() as publisher:
        getattr(lease, how)(publisher, *details)


def test_a_claim_gives_the_task_to_one_worker_only(ada, worker):
    (task,) = request(ada)

    first, second = claim(worker), claim(worker)

    task.refresh_from_db()
    assert [lease.task_id for lease in first] == [task.pk]
    assert second == []
    assert (task.status, task.attempt, task.worker) == (Task.Status.RUNNING, 1, worker)


def test_a_users_second_task_waits_behind_everyones_first(ada, bob, worker):
    mine = request(ada, 3)
    (bobs,) = request(bob)

    claimed = [lease.task_id for lease in claim(worker, 2)]

    assert set(claimed) == {mine[0].pk, bobs.pk}


def test_nobody_runs_more_tasks_at_once_than_allowed(ada, bob, worker, settings):
    settings.TASKS_PER_USER = 2
    request(ada, 5)
    request(bob)

    claim(worker)

    assert Task.objects.running().filter(owner=ada).count() == 2
    assert Task.objects.running().filter(owner=bob).count() == 1
    assert claim(worker) == []


def test_a_lost_lease_can_neither_end_the_task_nor_write_to_it(ada, worker):
    (task,) = request(ada)
    (lease,) = claim(worker)
    Task.objects.filter(pk=task.pk).update(lease_no=lease.number + 1)
    told = Event.objects.count()

    for attempt in (
        lambda: end(lease, "complete"),
        lambda: end(lease, "fail", "stalled", ""),
        lambda: lease.change(progress=50),
    ):
        with pytest.raises(LeaseLost):
            attempt()

    task.refresh_from_db()
    assert task.status == Task.Status.RUNNING
    assert Event.objects.count() == told
    assert not Notification.objects.exists()


def test_success_that_committed_first_stays_success(ada, worker):
    (task,) = request(ada)
    (lease,) = claim(worker)
    end(lease, "complete")

    with pytest.raises(LeaseLost):
        end(lease, "cancel")

    task.refresh_from_db()
    assert task.status == Task.Status.COMPLETED
    assert services.cancel_task(task, ada) is False


def test_a_released_task_gives_its_attempt_back(ada, worker):
    (task,) = request(ada)
    (lease,) = claim(worker)

    end(lease, "release")

    task.refresh_from_db()
    assert (task.status, task.attempt, task.worker) == (Task.Status.PENDING, 0, None)


def test_a_task_whose_lease_ran_out_is_queued_three_times_and_then_failed(ada, worker, settings):
    (task,) = request(ada)
    outcomes = []
    for _ in range(4):
        claim(worker)
        Task.objects.filter(pk=task.pk).update(lease_expires_at="2020-01-01T00:00:00Z")
        with publishing() as publisher:
            transitions.rescue_expired(publisher)
        task.refresh_from_db()
        outcomes.append(task.status)

    assert outcomes == ["pending", "pending", "pending", "failed"]
    assert task.error_code == "worker_lost"
    assert Notification.objects.filter(user=ada).count() == 1


@pytest.mark.parametrize("how", ["complete", "cancel"])
def test_an_ending_tells_the_owner_once_and_counts(ada, worker, how):
    (task,) = request(ada)
    (lease,) = claim(worker)

    end(lease, how)

    task.refresh_from_db()
    note = Notification.objects.get(user=ada)
    kinds = [event.frame.split('"')[3] for event in Event.objects.filter(user=ada).order_by("seq")]
    kinds = [kind for kind in kinds if kind.startswith(("task.", "notification."))]  # the chat tells it too
    assert note.kind == f"task.{task.status}"
    assert kinds == ["task.created", "task.updated", "task.updated", "notification.created"]
    assert TaskCounts.of(ada) == dict.fromkeys(Task.Status.values, 0) | {task.status: 1}


def test_the_next_rounds_ending_updates_the_unread_notification(ada, worker):
    (task,) = request(ada)
    end(claim(worker)[0], "fail", "stalled", "no answer")
    task.refresh_from_db()
    assert services.retry_task(task, ada) is True

    end(claim(worker)[0], "complete")

    note = Notification.objects.get(user=ada)
    assert (note.kind, note.count) == ("task.completed", 2)


def test_a_deleted_task_ends_without_a_word(ada, worker):
    (task,) = request(ada)
    (lease,) = claim(worker)
    services.delete_task(task, ada)

    end(lease, "cancel")

    assert not Notification.objects.exists()
    assert TaskCounts.of(ada) == dict.fromkeys(Task.Status.values, 0)
    assert '"task.deleted"' in Event.objects.filter(user=ada).latest("seq").frame


def test_a_notification_is_written_in_its_readers_language(ada, worker):
    User.objects.filter(pk=ada.pk).update(language="zh-hans")
    request(ada)

    end(claim(worker)[0], "complete")

    assert "完成" in Notification.objects.get(user=ada).title


def test_our_own_words_of_a_failure_are_in_the_owners_language(ada, worker):
    User.objects.filter(pk=ada.pk).update(language="zh-hans")
    request(ada)

    end(claim(worker)[0], "fail", "deadline", DEADLINE)

    note = Notification.objects.get(user=ada)
    assert DEADLINE not in note.body
    assert note.body


def test_a_task_whose_end_was_asked_for_is_not_given_back(ada, worker):
    (task,) = request(ada)
    (lease,) = claim(worker)
    services.cancel_task(task, ada)

    end(lease, "release")

    task.refresh_from_db()
    assert task.status == Task.Status.CANCELLED
    assert Notification.objects.get(user=ada).kind == "task.cancelled"


def test_a_counter_that_is_too_low_keeps_no_task_from_ending(ada, worker):
    request(ada)
    (lease,) = claim(worker)
    TaskCounts.objects.filter(owner=ada).update(running=0)

    end(lease, "complete")

    assert TaskCounts.of(ada)["running"] == 0
    assert Task.objects.get().status == Task.Status.COMPLETED
