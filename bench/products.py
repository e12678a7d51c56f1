"""The product as the benchmarks run it, in real processes, and what stands beside it."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from tests import services
from tests.live.product import ROOT, Product
from tests.scale.spread import DAPHNE, wait_until_ready

KINDS = ("postgresql", "sqlite")
"""`runworker` over PostgreSQL and Redis, with or without a `daphne`; `serve` over SQLite, alone."""
SECRET = "the same one to every process"  # noqa: S105 nobody signs in here
OPEN_FILES = 20_000
START_SECONDS = 90


class Worker(Product):
    """`manage.py runworker generation`, without a web process."""

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "runworker", "generation"],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )


class Nothing(Product):
    """Only the database: whoever measures does the rest."""

    def start(self) -> None:
        self.url = ""

    def stop(self, *_args: Any, **_kwargs: Any) -> int:
        return 0


class WorkerAndWeb(Worker):
    """The same with a web process."""

    def start(self) -> None:
        super().start()
        port = services.free_port()
        self.url = f"http://127.0.0.1:{port}"
        daphne = str(Path(sys.executable).with_name("daphne"))
        with self.log.open("a") as log:
            self.web = subprocess.Popen(
                [daphne, "-p", str(port), *DAPHNE], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        try:
            wait_until_ready(self.url, START_SECONDS)
        except AssertionError:
            self.stop(signal.SIGKILL)
            raise

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = 40) -> int:
        self.web.send_signal(with_signal)
        self.web.wait(timeout)
        return super().stop(with_signal, timeout)


class Web(Product):
    """`daphne` without a worker: pages and sockets alone."""

    def start(self) -> None:
        port = services.free_port()
        self.url = f"http://127.0.0.1:{port}"
        daphne = str(Path(sys.executable).with_name("daphne"))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [daphne, "-p", str(port), "--access-log", os.devnull, *DAPHNE],  # it would fill the pipe
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not _accepts(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"daphne did not start\n{self.log.read_text()[-2_000:]}")
            time.sleep(0.05)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Endpoint:
    """The endpoint's process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.endpoint"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self._address = self._process.stdout.readline().strip()
        self.url = f"{self._address}/v1"

    def log_since(self, moment: float) -> list[dict[str, Any]]:
        """Answers with cases in them that were asked for after `moment`."""
        return [entry for entry in self._log()["streams"] if entry["label"] and entry["started"] >= moment]

    def late_since(self, moment: float) -> float:
        """By how many seconds its worst tick was late: what it says about itself, not about the product."""
        return max((late for at, late in self._log()["ticks_late"] if at >= moment), default=0.0)

    def _log(self) -> Any:
        with urllib.request.urlopen(f"{self._address}/log") as answer:  # noqa: S310 our own server
            return json.load(answer)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class Database:
    """The process that makes and watches rows (`bench.database`)."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.database"],
            cwd=ROOT,
            env={**env, "DJANGO_SETTINGS_MODULE": "core.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, name: str, **arguments: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([name, arguments]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"bench.database ended in {name}")
        return json.loads(line)

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


class Stage:
    """One product with its endpoint and its database, fresh and empty."""

    def __init__(self, kind: str, product: Product, endpoint: Endpoint, database: Database) -> None:
        self.kind = kind
        self.product = product
        self.endpoint = endpoint
        self.database = database
        self._users: list[tuple[str, str]] = []

    def users(self, count: int) -> list[tuple[str, str]]:
        """Names and tokens of `count` users, the same ones at every call."""
        if len(self._users) < count:
            self._users += self.database.call("make_users", count=count - len(self._users))
        return self._users[:count]

    def memory_bytes(self) -> int:
        """Resident memory of the worker's process."""
        status = Path(f"/proc/{self.product.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1_024

    def cpu_seconds(self) -> float:
        """Processor time that the worker's process has used so far."""
        fields = Path(f"/proc/{self.product.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(product: Product) -> None:
    """Let a worker give back what runs; after a failed measurement it may be too busy for that."""
    try:
        product.stop()
    except subprocess.TimeoutExpired:
        product.stop(signal.SIGKILL)


@contextmanager
def stage(kind: str, *, runs: Literal["worker", "everything", "nothing", "web"]) -> Iterator[Stage]:
    """A `Stage`. SQLite's only program is `serve`, where the worker has the web beside it."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="caseloom-bench-", ignore_cleanup_errors=True)
        )
        endpoint = Endpoint()
        stack.callback(endpoint.stop)
        env = {
            "OPENAI_BASE_URL": endpoint.url,
            "OPENAI_API_KEY": "sk-bench",
            "OPENAI_MODEL": "bench",
            "LLM_CONCURRENCY": "2000",
        }
        program = Nothing if runs == "nothing" else Product
        if kind == "postgresql":
            program = {"worker": Worker, "everything": WorkerAndWeb, "nothing": Nothing, "web": Web}[runs]
            env["DATABASE_URL"] = stack.enter_context(services.postgres())
            env["REDIS_URL"] = stack.enter_context(services.redis())
            env["SECRET_KEY"] = SECRET
        product = program(Path(folder), **env)
        stack.callback(_end, product)
        database = Database(product.env)
        stack.callback(database.stop)
        yield Stage(kind, product, endpoint, database)
