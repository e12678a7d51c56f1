"""PostgreSQL or Redis goes and comes back beneath a web process, which nobody has to restart."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.live.product import Person, until
from tests.scale.redis_server import RedisServer
from tests.scale.spread import SpreadOut
from tests.services import Postgres

STORY = "Lock the account for 15 minutes after 5 wrong passwords."


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    with server:
        yield server


@pytest.fixture(scope="module")
def product(
    postgres: Postgres, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpreadOut]:
    folder = tmp_path_factory.mktemp("outages")
    spread = SpreadOut(folder, 1, 1, DATABASE_URL=postgres.url, REDIS_URL=redis.url)
    yield spread
    spread.kill()


@pytest.fixture
def ada(product: SpreadOut) -> Person:
    return product.somebody()


@pytest.fixture
def page(product: SpreadOut) -> Iterator[httpx.Client]:
    """A browser of somebody who is signed in and has the form before them."""
    with httpx.Client(base_url=product.url, cookies={"sessionid": product.session()}, timeout=10) as client:
        client.get("/").raise_for_status()
        yield client


def post(page: httpx.Client) -> httpx.Response:
    form = {"requirement": STORY, "csrfmiddlewaretoken": page.cookies["csrftoken"]}
    return page.post("/", data=form)


def seconds_of(response: httpx.Response) -> float:
    return response.elapsed.total_seconds()


def test_while_postgres_is_away_everything_answers_503_and_all_is_well_once_it_is_back(
    product: SpreadOut, ada: Person, page: httpx.Client, postgres: Postgres
):
    task = ada.ended(ada.request_task(STORY)["id"])
    postgres.stop()
    try:
        calls = [ada.call("GET", "/tasks"), ada.call("POST", "/tasks", json={"requirement": STORY})]
        pages = [page.get("/"), post(page), page.get(f"/tasks/{task['id']}/")]
        ready = page.get("/readyz")
        alive = page.get("/healthz")
    finally:
        postgres.start()

    assert [answer.status_code for answer in [*calls, *pages]] == [503] * 5
    assert {answer.headers["content-type"] for answer in calls} == {"application/problem+json"}
    assert {answer.headers["retry-after"] for answer in [*calls, *pages]} == {"5"}
    assert (ready.status_code, ready.json()["status"], alive.status_code) == (503, "down", 200)
    assert max(seconds_of(answer) for answer in [*calls, *pages, ready]) < 2
    until(lambda: page.get("/readyz").json()["status"], lambda status: status == "ok", 20)
    assert post(page).status_code == 303
    assert ada.ended(ada.request_task(STORY)["id"])["status"] == "completed"
    assert product.webs[0].poll() is None


def test_a_crash_of_postgres_is_over_with_its_recovery(ada: Person, page: httpx.Client, postgres: Postgres):
    postgres.crash()
    assert page.get("/").status_code == 503
    postgres.start()

    until(lambda: page.get("/readyz").status_code, lambda status: status == 200, 20)
    assert post(page).status_code == 303
    assert ada.call("GET", "/tasks").status_code == 200


def test_the_log_has_a_line_for_each_of_these_answers_and_no_traceback(
    product: SpreadOut, page: httpx.Client, postgres: Postgres
):
    postgres.stop()
    began = len(product.log.read_text())
    try:
        for _ in range(3):
            page.get("/")
        written = product.log.read_text()[began:].splitlines()
    finally:
        postgres.start()
        until(lambda: page.get("/readyz").status_code, lambda status: status == 200, 20)

    assert len([line for line in written if "Database away: GET /: " in line]) == 3
    assert not [line for line in written if "django.request" in line and "Database away" not in line]


def test_without_redis_requests_are_served_at_once_and_readiness_says_degraded(
    ada: Person, page: httpx.Client, redis: RedisServer
):
    redis.kill()
    try:
        answers = [page.get("/tasks/"), post(page), ada.call("GET", "/tasks")]
        ready = page.get("/readyz")
    finally:
        redis.start()

    assert [answer.status_code for answer in answers] == [200, 303, 200]
    assert (ready.status_code, ready.json()["channel_layer"]) == (200, "degraded")
    assert max(seconds_of(answer) for answer in [*answers, ready]) < 1
    until(lambda: page.get("/readyz").json()["status"], lambda status: status == "ok", 20)


def test_a_redis_that_does_not_answer_costs_one_request_half_a_second(
    ada: Person, page: httpx.Client, redis: RedisServer
):
    ada.get("/me")
    with redis.hanging():
        first = ada.call("GET", "/me")
        others = [ada.call("GET", "/me") for _ in range(10)]
        ready = page.get("/readyz")

    assert {answer.status_code for answer in [first, *others]} == {200}
    assert seconds_of(first) < 1.5
    assert max(map(seconds_of, others)) < 0.4
    assert (ready.status_code, ready.json()["channel_layer"]) == (200, "degraded")


def test_limits_hold_without_redis(ada: Person, redis: RedisServer):
    redis.kill()
    try:
        deadline = time.monotonic() + 60
        while ada.call("POST", "/estimate", json={"requirement": STORY}).status_code == 200:
            assert time.monotonic() < deadline, "nobody counts"
        answer = ada.call("POST", "/estimate", json={"requirement": STORY})
    finally:
        redis.start()

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) in range(1, 61)
