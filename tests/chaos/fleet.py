"""Workers and a web process over PostgreSQL and Redis, tended as by a process supervisor."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import httpx
import psycopg

from tests.chaos.model import Model
from tests.live.product import ROOT, Person, Product
from tests.scale.spread import DAPHNE
from tests.services import Postgres, Redis, free_port

WORKERS = 2
SECRET = "the same one to every process"
LOOK_SECONDS, START_SECONDS = 0.05, 120
HELD = """
select t.id from generator_task t join generator_worker w on w.id = t.worker_id
where t.status = 'running' and w.pid = %s and t.deleted_at is null
"""

UNFINISHED = """
select t.id, t.status, t.stage, t.waiting_for, t.error_code, t.rescues, w.pid,
       extract(epoch from t.lease_expires_at - now())::int
from generator_task t left join generator_worker w on w.id = t.worker_id where t.status != 'completed'
"""

SESSIONS = """
select application_name, pid, state, wait_event_type, wait_event, pg_blocking_pids(pid),
       extract(epoch from now() - state_change)::int, left(query, 120)
from pg_stat_activity
where datname = current_database() and xact_start is not null and pid != pg_backend_pid()
"""


@dataclass
class Worker:
    """One worker process. `number` is its own, `slot` that of the place which its successor takes."""

    number: int
    slot: int
    process: subprocess.Popen[bytes]
    log: Path
    is_stopped: bool = False
    stopped_at: float = 0.0
    ended_at: float | None = None

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def is_working(self) -> bool:
        return self.is_alive and not self.is_stopped

    def stop(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        self.is_stopped, self.stopped_at = True, time.monotonic()

    def go_on(self) -> None:
        self.is_stopped = False
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Regular(Person):
    """A person whose script keeps its connection: many calls at little cost."""

    product: Fleet

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {**self.headers, **request.pop("headers", {})}
        return self.product.http.request(method, f"{self.url}/api/v1{path}", headers=headers, **request)


class Fleet(Product):
    """One web process and some workers, each with a data folder and a model address of its own."""

    def __init__(
        self,
        home: Path,
        model: Model,
        postgres: Postgres,
        redis: Redis,
        http: httpx.Client,
        processes: list[subprocess.Popen[bytes]],
        one_host: bool = False,
        **env: str,
    ) -> None:
        self.home, self.model, self.postgres, self.processes = home, model, postgres, processes
        self.http, self.one_host = http, one_host
        self.workers: dict[int, Worker] = {}
        self.all_workers: list[Worker] = []
        self.tenants = map("".join, product(ascii_uppercase, repeat=2))
        super().__init__(
            home,
            DATABASE_URL=postgres.url,
            REDIS_URL=redis.url,
            SECRET_KEY=SECRET,
            **known_model(model),
            **env,
        )

    def start(self) -> None:
        port = free_port()
        daphne = str(Path(sys.executable).with_name("daphne"))
        self.web = self._run(self.home / "web.log", self.env, daphne, "-p", str(port), *DAPHNE)
        self.url = f"http://127.0.0.1:{port}"
        for slot in range(WORKERS):
            self.begin(slot)
        self._wait_until_whole()

    def _wait_until_whole(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_whole():
            for worker in self.all_workers:
                assert worker.is_alive, worker.log.read_text()[-2000:]
            assert time.monotonic() < deadline, "not ready"
            time.sleep(LOOK_SECONDS)

    def _is_whole(self) -> bool:
        """Whether the web process answers and knows of a worker."""
        try:
            return self.http.get(f"{self.url}/readyz").json()["workers"] == "ok"
        except httpx.TransportError:
            return False

    def somebody(self) -> Person:
        person = super().somebody()
        return Regular(self, person.name, person.token)

    def begin(self, slot: int) -> Worker:
        """A fresh worker process for `slot`."""
        number = len(self.all_workers) + 1
        log = self.home / f"worker-{number}.log"
        data = "workers" if self.one_host else f"worker-{number}"
        env = self.env | {
            "OPENAI_BASE_URL": self.model.url_for(number),
            "DATA_DIR": str(self.home / data),
            "PGAPPNAME": f"worker-{number}",  # by which its sessions are known
        }
        process = self._run(log, env, sys.executable, "manage.py", "runworker", "generation")
        self.workers[slot] = worker = Worker(number, slot, process, log)
        self.all_workers.append(worker)
        return worker

    def _run(self, log: Path, env: dict[str, str], *command: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            self.processes.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output))
        return self.processes[-1]

    def tend(self) -> None:
        """Replace each worker that ended."""
        for slot, worker in list(self.workers.items()):
            if not worker.is_alive:
                worker.ended_at = worker.ended_at or time.monotonic()
                self.begin(slot)

    def until(self, reached: Callable[[], Any], seconds: float, what: str) -> Any:
        """Tend the fleet until `reached` is true, and return what it gave."""
        deadline = time.monotonic() + seconds
        while not (seen := reached()):
            self.tend()
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{self.unfinished()}"
            time.sleep(LOOK_SECONDS)
        return seen

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, seconds + 1, "time goes on")

    def held_by(self, worker: Worker) -> set[str]:
        """Ids of the tasks that a worker has, as the table says."""
        return {str(row[0]) for row in self.query(HELD, worker.process.pid)}

    def unfinished(self) -> str:
        """Tasks that are not completed and transactions that are open, for whoever reads a failure."""
        rows = self.query(UNFINISHED) + self.query(SESSIONS)
        return "\n".join(" ".join(map(str, row)) for row in rows)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(sql.encode(), values).fetchall()

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.postgres.url.replace("postgres", "postgresql", 1), autocommit=True)


def known_model(model: Model) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_KEY": model.api_key,
        "OPENAI_MODEL": model.model,
    }
