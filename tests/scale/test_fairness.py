"""Two workers share their slots fairly between users, and never give one user too much."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from tests.endpoint import Request, ScriptedEndpoint
from tests.live.product import Person, until
from tests.scale.spread import SpreadOut

pytestmark = pytest.mark.timeout(300)
WORKERS, SLOTS, PER_USER = 2, 3, 4
STORY = "Lock the account for 15 minutes after 5 wrong passwords."
CHAPTERS = "\n".join(
    f"# Chapter {c}\n\n" + "\n".join(f"{n}. The user can enter at most {c}{n} names." for n in range(1, 7))
    for c in range(1, 4)
)
REQUEST_MANY = """
from core.models import User
from generator.services import request_task
owner = User.objects.get(username="{name}")
for number in range({count}):
    request_task(owner, requirement="{text}", title=str(number))
"""
LEFT = """
select coalesce(max(running), 0), coalesce(sum(left_), 0) from (
    select count(*) filter (where status = 'running') running,
           count(*) filter (where status in ('pending', 'running')) left_
    from generator_task group by owner_id
) per_user
"""


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(tokens_per_second=100) as endpoint:
        yield endpoint


@contextmanager
def spread_over(
    folder: Path, redis_url: str, database_url: str, endpoint: ScriptedEndpoint, **limits: str
) -> Iterator[SpreadOut]:
    product = SpreadOut(
        folder,
        1,
        WORKERS,
        DATABASE_URL=database_url,
        REDIS_URL=redis_url,
        OPENAI_BASE_URL=endpoint.url,
        OPENAI_API_KEY=endpoint.api_key,
        OPENAI_MODEL=endpoint.model,
        **limits,
    )
    try:
        yield product
    finally:
        product.kill()


def request_many(person: Person, count: int) -> None:
    """More than the API would take in a minute."""
    command = REQUEST_MANY.format(name=person.name, count=count, text=STORY)
    person.product.manage("shell", "--verbosity=0", "--command", command)


def seconds(task: dict[str, str], start: str, end: str) -> float:
    return (datetime.fromisoformat(task[end]) - datetime.fromisoformat(task[start])).total_seconds()


def most_at_once(calls: list[Request]) -> int:
    """How many calls the endpoint had open at the same time."""
    moments = [(call.started_at, 1) for call in calls]
    moments += [(call.ended_at or time.monotonic(), -1) for call in calls]
    most = now = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


def test_a_crowd_of_tasks_delays_another_users_task_by_one_tasks_length_at_most(
    tmp_path, redis_url, fresh_database_url, endpoint
):
    limits = {"LLM_CONCURRENCY": str(SLOTS), "TASKS_PER_USER": "1000"}
    with spread_over(tmp_path, redis_url, fresh_database_url, endpoint, **limits) as product:
        crowd, bob = product.somebody(), product.somebody()
        request_many(crowd, WORKERS * SLOTS + 300)
        until(lambda: crowd.get("/tasks")["counts"]["completed"], lambda done: done >= SLOTS * WORKERS, 60)

        task = bob.request_task(STORY)
        counts = crowd.get("/tasks")["counts"]
        task = bob.ended(task["id"], 60)
        ended = crowd.get("/tasks", status="completed", limit=100)["items"]

    length = max(seconds(each, "started_at", "finished_at") for each in ended)
    delay = seconds(task, "created_at", "started_at")
    assert counts["running"] == WORKERS * SLOTS
    assert task["status"] == "completed"
    print(f"delayed by {delay:.2f} s; the longest task took {length:.2f} s")
    assert delay <= length


def test_nobody_ever_runs_more_tasks_than_allowed(tmp_path, redis_url, fresh_database_url, endpoint):
    limits = {"LLM_CONCURRENCY": "20", "TASKS_PER_USER": str(PER_USER)}
    endpoint.tokens_per_second = 500
    most, left = 0, 1
    with spread_over(tmp_path, redis_url, fresh_database_url, endpoint, **limits) as product:
        for person in (product.somebody(), product.somebody()):
            request_many(person, 20)
        with psycopg.connect(fresh_database_url, autocommit=True) as database:
            while left:
                [(running, left)] = database.execute(LEFT).fetchall()
                most = max(most, running)

    assert most == PER_USER


def test_streams_at_once_are_limited_for_each_worker(tmp_path, redis_url, fresh_database_url, endpoint):
    limits = {"LLM_CONCURRENCY": str(SLOTS), "TASKS_PER_USER": "1000"}
    endpoint.tokens_per_second = 1000
    with spread_over(tmp_path, redis_url, fresh_database_url, endpoint, **limits) as product:
        ada = product.somebody()
        tasks = [ada.request_task(CHAPTERS)["id"] for _ in range(WORKERS * SLOTS)]
        ended = [ada.ended(task, 90) for task in tasks]

    assert {task["status"] for task in ended} == {"completed"}
    assert most_at_once(endpoint.requests) == WORKERS * SLOTS
