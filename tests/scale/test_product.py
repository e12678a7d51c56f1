"""The same product as separate processes over PostgreSQL and two Redis (interface §1)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from tests import services
from tests.live.product import Person, until
from tests.scale.spread import SpreadOut, wait_until_ready

pytestmark = pytest.mark.timeout(300)  # it holds the start of four processes too
CHAPTERS = "\n".join(
    f"# Chapter {c}\n\n" + "\n".join(f"{n}. The user can enter at most {c}{n} names." for n in range(1, 7))
    for c in range(1, 4)
)


@pytest.fixture(scope="module")
def product(
    redis_url: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpreadOut]:
    with services.redis() as other:
        sharded = f"{redis_url},{other}"
        spread = SpreadOut(tmp_path_factory.mktemp("spread"), DATABASE_URL=database_url, REDIS_URL=sharded)
        yield spread
        spread.kill()


@pytest.fixture
def ada(product: SpreadOut) -> Person:
    return product.somebody()


def test_a_task_requested_at_one_process_is_told_by_another(product: SpreadOut, ada: Person):
    listening = Person(product, ada.name, ada.token, url=product.sockets_url)
    with listening.socket() as socket:
        start = socket.next()["seq"]
        task = ada.request_task(CHAPTERS)
        socket.until(lambda frame: frame["type"] == "notification.created")
        numbers = [frame["seq"] for frame in socket.durable]
        cases = [frame["case"]["key"] for frame in socket.durable if frame["type"] == "case.created"]

    assert numbers == list(range(start + 1, start + 1 + len(numbers)))
    assert ada.get(f"/tasks/{task['id']}")["status"] == "completed"
    assert cases == [case["key"] for case in sorted(ada.cases(task["id"]), key=lambda case: case["key"])]


def test_many_tasks_of_many_people_end_once_each(product: SpreadOut):
    people = [product.somebody() for _ in range(5)]
    tasks = [(person, person.request_task(CHAPTERS)["id"]) for person in people for _ in range(6)]

    ended = [person.ended(task, 60) for person, task in tasks]

    assert {task["status"] for task in ended} == {"completed"}
    assert {task["attempt"] for task in ended} == {1}
    for person in people:
        assert sum(note["count"] for note in person.get("/notifications")["items"]) == 6
        assert person.get("/tasks")["counts"]["completed"] == 6


def test_sigterm_lets_a_web_process_finish_what_it_answers(
    product: SpreadOut, ada: Person, database_url: str
):
    waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'"
    with psycopg.connect(database_url) as lock, psycopg.connect(database_url, autocommit=True) as watch:
        lock.execute("LOCK TABLE core_token IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(ada.get, "/tasks")
            until(lambda: watch.execute(waiting).fetchall(), bool)

            product.webs[0].terminate()
            until(
                lambda: httpx.get(f"{product.url}/readyz", timeout=10).status_code, lambda code: code == 503
            )
            lock.rollback()

            assert answer.result(20)["items"] == []
    assert product.webs[0].wait(20) == 0


def test_sigterm_ends_every_worker_with_0(product: SpreadOut):
    wait_until_ready(product.sockets_url)

    assert product.stop() == 0
