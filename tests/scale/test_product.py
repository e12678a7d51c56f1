"""The same product as separate processes over PostgreSQL and Redis (interface §1)."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.live.product import ROOT, Person, Product
from tests.services import free_port

CHAPTERS = "\n".join(
    f"# Chapter {c}\n\n" + "\n".join(f"{n}. The user can enter at most {c}{n} names." for n in range(1, 7))
    for c in range(1, 4)
)
DAPHNE = (
    "--ping-interval 20 --ping-timeout 15 --websocket_timeout 43200 --websocket-max-message-size 131072"
    " --websocket-max-frame-size 131072 core.asgi:application"
).split()


class SpreadOut(Product):
    """Two web processes and two workers; HTTP goes to the first, sockets to the second."""

    def start(self) -> None:
        ports = [free_port(), free_port()]
        daphne = str(Path(sys.executable).with_name("daphne"))
        self.webs = [self.begin(daphne, "-p", str(port), *DAPHNE) for port in ports]
        self.workers = [self.begin(sys.executable, "manage.py", "runworker", "generation") for _ in range(2)]
        self.url, self.sockets_url = (f"http://127.0.0.1:{port}" for port in ports)
        for url in (self.url, self.sockets_url):
            wait_until_ready(url)

    def begin(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("a") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Stop all; the workers' exit codes, the worst of them."""
        for process in [*self.workers, *self.webs]:
            process.send_signal(with_signal)
        codes = [process.wait(timeout) for process in self.workers]
        for process in self.webs:
            process.wait(timeout)
        return max(codes)


def wait_until_ready(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(f"{url}/readyz").json()["workers"] == "ok":
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "not ready"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def product(
    redis_url: str, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpreadOut]:
    spread = SpreadOut(
        tmp_path_factory.mktemp("spread"),
        DATABASE_URL=postgres_url,
        REDIS_URL=redis_url,
        SECRET_KEY="the same one to every process",
    )
    yield spread
    for process in [*spread.workers, *spread.webs]:
        process.kill()
        process.wait()


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


def test_sigterm_ends_every_worker_with_0(product: SpreadOut):
    wait_until_ready(product.url)

    assert product.stop() == 0
