"""The whole product as a stranger runs it: `manage.py serve` in its own process, over HTTP and sockets."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests import asyncapi

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


class Product:
    """A running Caseloom with a data folder of its own."""

    def __init__(self, data_dir: Path, **env: str) -> None:
        self.env = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("OPENAI_", "LLM_", "DATABASE", "REDIS"))
        }
        self.env |= {"DATA_DIR": str(data_dir), "PORT": "0", "LOG_LEVEL": "WARNING", **env}
        self.sessions: list[str] = []
        self.strangers: list[tuple[str, ...]] = []
        self.log = data_dir / "serve.log"
        self.manage("migrate", "--verbosity=0")
        self.start()

    process: subprocess.Popen[str]

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"did not start: {line}\n{self.log.read_text()}"
        self.url = found[0]

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Send a signal and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        code = self.process.wait(timeout)
        self.process.stdout.close()
        return code

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command beside the server."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command that must succeed, and return what it prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def session(self) -> str:
        """The session cookie of a person with a fresh account who is signed in."""
        if not self.sessions:
            self.sessions = self.manage("shell", "--verbosity=0", "--command", MAKE_SESSIONS).split()
        return self.sessions.pop()

    def somebody(self) -> Person:
        """A person with an account of their own and a token."""
        if not self.strangers:
            made = self.manage("shell", "--verbosity=0", "--command", MAKE_PEOPLE)
            self.strangers = [tuple(line.split()) for line in made.splitlines()]
        name, secret = self.strangers.pop()
        return Person(self, name, secret)


MAKE_PEOPLE = """
from core.models import Token, User
from core.ids import uuid7
for number in range(40):
    user = User.objects.create_user(f"person-{uuid7().hex}")
    print(user.username, Token.issue(user, "tests")[1])
"""
MAKE_SESSIONS = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from core.models import User
from core.ids import uuid7
for number in range(40):
    user = User.objects.create_user(f"person-{uuid7().hex}")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(session.session_key)
"""
"""One process for many accounts: starting Django takes longer than most tests."""


class Person:
    """A user of the API: everything that a script with a token can do."""

    def __init__(self, product: Product, name: str, token: str, url: str = "") -> None:
        self.product, self.name, self.token = product, name, token
        self._url = url
        self.headers = {"Authorization": f"Bearer {token}"}

    @property
    def url(self) -> str:
        """Which of the product's processes this person talks to."""
        return self._url or self.product.url

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {**self.headers, **request.pop("headers", {})}
        return httpx.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=20, **request)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def request_task(self, requirement: str, **body: Any) -> dict[str, Any]:
        answer = self.call("POST", "/tasks", json={"requirement": requirement, **body})
        assert answer.status_code == 202, answer.text
        return answer.json()

    def task_when(
        self, task_id: str, reached: Callable[[dict[str, Any]], bool], seconds: float = 30
    ) -> dict[str, Any]:
        """The task once `reached` holds for it."""
        return until(lambda: self.get(f"/tasks/{task_id}"), reached, seconds)

    def ended(self, task_id: str, seconds: float = 30) -> dict[str, Any]:
        return self.task_when(task_id, lambda task: task["finished_at"] is not None, seconds)

    def cases(self, task_id: str) -> list[dict[str, Any]]:
        """All cases of a task, page by page."""
        cases, cursor = [], None
        while True:
            page = self.get(f"/tasks/{task_id}/cases", limit=100, **({"cursor": cursor} if cursor else {}))
            cases += page["items"]
            cursor = page["next"]
            if not cursor:
                return cases

    def socket(self, query: str = "", **headers: str) -> Socket:
        url = self.url.replace("http", "ws", 1) + f"/ws/events{query}"
        return Socket(connect(url, additional_headers={**self.headers, **headers}))


class Socket:
    """A client of the event stream that acknowledges as interface §4 asks."""

    connection: ClientConnection

    def __init__(self, connecting: ClientConnection) -> None:
        self._connecting = connecting
        self.acknowledges = True
        self.frames: list[dict[str, Any]] = []

    def next(self, seconds: float = 10) -> dict[str, Any]:
        frame = json.loads(self.connection.recv(timeout=seconds))
        self.frames.append(frame)
        if self.acknowledges and (len(self.frames) % 32 == 0 or frame["type"] == "heartbeat"):
            self.send({"type": "ack", "frames": len(self.frames)})
        return frame

    def until(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 30) -> dict[str, Any]:
        """Read on until a frame is `wanted`."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            if wanted(frame):
                return frame

    def send(self, frame: dict[str, Any]) -> None:
        self.connection.send(json.dumps(frame))

    @property
    def durable(self) -> list[dict[str, Any]]:
        """Durable events so far, in the order of arrival."""
        return [
            frame
            for frame in self.frames
            if "seq" in frame and frame["type"] not in {"hello", "heartbeat", "reset"}
        ]

    def __enter__(self) -> Socket:
        self.connection = self._connecting.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._connecting.__exit__(*error)
        asyncapi.judge_some(self.frames)


def until(look: Callable[[], Any], reached: Callable[[Any], bool], seconds: float = 30) -> Any:
    """What `look` gives once `reached` holds for it; fails with the last look."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if reached(seen):
            return seen
        assert time.monotonic() < deadline, f"not within {seconds} s: {seen}"
        time.sleep(0.05)
