"""Daily totals: what a user's tasks came to, whether they are still there or cleaned away."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core.urls  # noqa: F401 loaded by the first request, it would let that test's transaction stand idle
from generator import cleaning
from generator.audience import move_counts
from generator.models import Case, DailyTotal, Task, TaskCounts, Worker
from generator.services import delete_task, request_task
from realtime.events import publishing

ENDED = [Task.Status.COMPLETED, Task.Status.FAILED, Task.Status.CANCELLED]
TASKS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(ENDED),
            "ago": st.integers(0, 12),
            "seconds": st.floats(0, 5_000),
            "tokens": st.integers(0, 10**6),
            "cost": st.none() | st.decimals(0, 100, places=6),
            "reviews": st.lists(st.sampled_from(Case.Review.values), max_size=4),
            "deleted": st.booleans(),
        }
    ),
    max_size=8,
)


def ended_task(
    user, *, status="completed", ago=0, seconds=10.0, tokens=0, cost=None, reviews=(), deleted=False
):
    """A task of `user` that ended so many days ago, with a case for each of `reviews`."""
    task = request_task(user, requirement="Lock the account.")
    finished_at = timezone.now() - timedelta(days=ago)
    Case.objects.bulk_create(
        Case(task=task, number=n, position=n, title=f"Case {n}", source="rules", review=review)
        for n, review in enumerate(reviews, 1)
    )
    Task.objects.filter(pk=task.pk).update(
        status=status,
        started_at=finished_at - timedelta(seconds=seconds),
        finished_at=finished_at,
        input_tokens=tokens,
        cost=cost,
        cases_count=len(reviews),
    )
    with publishing() as publisher:
        move_counts(publisher, [({user.pk: "owner"}, "pending", status)])
    task.refresh_from_db()
    if deleted:
        delete_task(task, user)
        Task.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(hours=2))
    return task


def days(api, number=30):
    answer = api.get(f"/stats?days={number}")
    assert answer.status_code == 200, answer.content
    return answer.json()["days"]


def test_each_day_of_the_window_is_there_the_oldest_first(api):
    listed = days(api, 3)

    today = datetime.now(UTC).date()
    assert [day["date"] for day in listed] == [str(today - timedelta(days=ago)) for ago in (2, 1, 0)]
    assert listed[0] == {
        "date": str(today - timedelta(days=2)),
        **dict.fromkeys(["completed", "failed", "cancelled", "cases", "accepted", "tokens"], 0),
        **dict.fromkeys(["cost", "p50_seconds", "p95_seconds"]),
    }
    assert len(days(api)) == 30


def test_a_day_tells_what_its_tasks_came_to(api, ada):
    for seconds in (10, 20, 60):
        ended_task(ada, seconds=seconds, tokens=100, cost=Decimal("0.25"), reviews=["accepted", "draft"])
    ended_task(ada, status="failed", seconds=900)
    ended_task(ada, status="cancelled", ago=1)

    yesterday, today = days(api, 2)

    assert (today["completed"], today["failed"], yesterday["cancelled"]) == (3, 1, 1)
    assert (today["cases"], today["accepted"], today["tokens"], today["cost"]) == (6, 3, 300, 0.75)
    assert (today["p50_seconds"], today["p95_seconds"]) == (20, 56)


def test_a_merged_or_deleted_case_is_not_counted_as_accepted(api, ada):
    task = ended_task(ada, reviews=["accepted"] * 4)
    first, merged, deleted, obsolete = Case.objects.filter(task=task).order_by("number")
    Case.objects.filter(pk=merged.pk).update(merged_into=first)
    Case.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    Case.objects.filter(pk=obsolete.pk).update(obsolete=True)
    assert days(api, 1)[0]["accepted"] == 1

    delete_task(task, ada)
    Task.objects.update(deleted_at=timezone.now() - timedelta(hours=2))
    cleaning.clean()

    assert not Case.objects.exists()
    assert days(api, 1)[0]["accepted"] == 1


def test_now_is_what_waits_and_runs_and_who_could_run_it(api, ada, task):
    Worker.objects.create(host="here", pid=1, slots=1)
    Worker.objects.create(host="gone", pid=2, slots=1, seen_at=timezone.now() - timedelta(hours=1))

    assert api.get("/stats").json()["now"] == {"pending": 1, "running": 0, "workers": 1}


def test_an_outsider_sees_only_their_own(bob_api, ada, task):
    ended_task(ada, reviews=["accepted"])
    ended_task(ada, deleted=True)
    cleaning.clean()

    stats = bob_api.get("/stats?days=1").json()

    assert sum(stats["days"][0][field] for field in ("completed", "cases", "accepted")) == 0
    assert stats["now"]["pending"] == 0


@pytest.mark.parametrize("number", ["0", "366", "-1", "many", "1.5", ""])
def test_the_window_is_1_to_365_days(api, number):
    answer = api.get(f"/stats?days={number}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "days"


def test_the_queries_are_few_however_many_tasks(api, ada, django_assert_max_num_queries):
    for ago in range(6):
        ended_task(ada, ago=ago, reviews=["accepted"])

    with django_assert_max_num_queries(6):
        days(api, 365)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tasks=TASKS)
def test_cleaning_changes_no_total(api, ada, tasks):
    for model in (Case, Task, DailyTotal, TaskCounts):
        model.objects.all().delete()
    for facts in tasks:
        ended_task(ada, **facts)
    before = days(api)

    cleaning.clean()

    assert Task.objects.count() == sum(facts["ago"] < 7 and not facts["deleted"] for facts in tasks)
    assert days(api) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("table", "key"),
    [("generator_caseversion", "bigint"), ("generator_case", "bigint"), ("generator_task", "uuid")],
)
def test_a_round_that_dies_in_the_middle_loses_and_doubles_nothing(api, ada, table, key, monkeypatch):
    monkeypatch.setattr(cleaning, "BATCH", 2)
    for _ in range(3):
        ended_task(ada, reviews=["accepted", "accepted", "rejected"], cost=Decimal(1), deleted=True)
    Case.objects.first().versions.create(rev=1, content={}, replaced_by=ada)
    before = days(api, 1)

    with held(table, key):
        cleaning.clean()
    assert days(api, 1) == before

    cleaning.clean()
    assert not Task.objects.exists()
    assert days(api, 1) == before
    assert before[0]["accepted"] == 6


@contextmanager
def held(table, key):
    """Within it another row refers to the last one of `table`, so that a round dies of deleting it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE holds (id {key} REFERENCES {table} (id))")
        cursor.execute(f"INSERT INTO holds SELECT id FROM {table} ORDER BY id DESC LIMIT 1")
        with pytest.raises(IntegrityError):
            yield
        cursor.execute("DROP TABLE holds")
