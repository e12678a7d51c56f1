"""Two workers and two web processes agree: the queue is told by one, a provider's pause is kept by all."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests.endpoint import ScriptedEndpoint
from tests.live.product import Person, Socket
from tests.scale.spread import SpreadOut

pytestmark = pytest.mark.timeout(300)
REQUIREMENT = "Lock the account for 15 minutes after 5 wrong passwords."
ALIVE_SECONDS = 30


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def product(
    redis_url: str,
    database_url: str,
    provider: ScriptedEndpoint,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SpreadOut]:
    """Each worker has one slot."""
    spread = SpreadOut(
        tmp_path_factory.mktemp("queue"),
        DATABASE_URL=database_url,
        REDIS_URL=redis_url,
        OPENAI_BASE_URL=provider.url,
        OPENAI_API_KEY=provider.api_key,
        OPENAI_MODEL=provider.model,
        LLM_CONCURRENCY="1",
    )
    yield spread
    spread.kill()


@pytest.fixture
def ada(product: SpreadOut, provider: ScriptedEndpoint) -> Person:
    """She listens at the web process that does not take her requests."""
    provider.clear()
    provider.requests.clear()
    provider.tokens_per_second = 0
    person = product.somebody()
    return Person(product, person.name, person.token, url=product.sockets_url)


def queue_until(socket: Socket, seconds: float = 30, **wanted: int) -> list[tuple[float, dict[str, Any]]]:
    """When each `queue` event came, up to one that says what is `wanted`."""
    told = []

    def is_wanted(frame: dict[str, Any]) -> bool:
        if frame["type"] == "queue":
            told.append((time.monotonic(), frame))
        return frame["type"] == "queue" and wanted.items() <= frame.items()

    socket.until(is_wanted, seconds)
    return told


def test_two_workers_tell_each_change_once_and_at_most_once_a_second(
    product: SpreadOut, ada: Person, provider: ScriptedEndpoint
):
    provider.tokens_per_second = 200
    with ada.socket() as socket:
        socket.next()
        requester = Person(product, ada.name, ada.token)
        for _ in range(4):
            requester.request_task(REQUIREMENT)
        told = queue_until(socket, pending=2, running=2, workers=2)
        assert sorted(told[-1][1]["positions"].values()) == [1, 2]
        told += queue_until(socket, pending=0, running=0, workers=2)

    assert all(earlier != later for (_, earlier), (_, later) in pairwise(told))
    at, _ = zip(*told, strict=True)
    assert len(told) <= 3 + at[-1] - at[0], told  # the socket's own greeting, the first one, a late one


def test_no_process_calls_a_provider_that_asked_one_of_them_to_wait(
    product: SpreadOut, ada: Person, provider: ScriptedEndpoint
):
    provider.rate_limit(times=1, retry_after=3)

    tasks = [ada.request_task(REQUIREMENT)["id"] for _ in range(4)]
    assert {ada.ended(task, 60)["status"] for task in tasks} == {"completed"}

    gaps = [request.started_at - provider.requests[0].started_at for request in provider.requests]
    assert not [gap for gap in gaps if 1 < gap < 2.9]  # what was under way is not called back
    paused = [entry for task in tasks for entry in ada.get(f"/tasks/{task}/events") if is_pause(entry)]
    assert [entry["detail"]["seconds"] for entry in paused] == [3]


def is_pause(entry: dict[str, Any]) -> bool:
    return entry["kind"] == "provider.paused"


def test_the_other_worker_tells_after_the_telling_one_was_killed(
    product: SpreadOut, ada: Person, provider: ScriptedEndpoint, database_url: str
):
    provider.tokens_per_second = 200
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT pid FROM generator_worker ORDER BY id LIMIT 1").fetchone()
    assert row
    telling = next(worker for worker in product.workers if worker.pid == row[0])
    with ada.socket() as socket:
        telling.kill()
        telling.wait()
        queue_until(socket, ALIVE_SECONDS + 15, workers=1)
        ada.request_task(REQUIREMENT)
        queue_until(socket, pending=0, running=1, workers=1)
        queue_until(socket, pending=0, running=0, workers=1)
