"""One data folder with one task, a model of its own, and the workers that come, die and go there."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.chaos.crashing import run
from tests.endpoint import ScriptedEndpoint
from tests.live.product import ROOT

PATIENCE_SECONDS = 90.0
FORKED = multiprocessing.get_context("forkserver")
"""Importing everything once instead of for each worker saves half of this suite's time."""
PRELOADED = (
    "aiohttp",
    "daphne.server",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "generator.engines.openai",
    "generator.engines.rules",
    "generator.pipeline.statements",
    "openai",
    "redis.asyncio",
)
FORKED.set_forkserver_preload([*PRELOADED, "tests.chaos.crashing"])
PROLOGUE = """
from core.models import User
from generator.services import Upload, request_task
text = "\\n".join(
    f"# {chapter}\\n\\n1. The page must show the {chapter}.\\n"
    f"2. The {chapter} field must accept between 3 and 20 characters.\\n"
    + "".join(f"{n}. The page must refuse guest {n}'s {chapter}.\\n" for n in range(3, last))
    for chapter, last in (("name", 4), ("street", 7))
)
request_task(User.objects.create(username="ada"), uploads=[Upload("a.md", "text/markdown", text.encode())])
"""
ASK_TO_CANCEL = """
from generator.models import Task
from generator.services import cancel_task
task = Task.objects.get()
cancel_task(task, task.owner)
"""


@dataclass(frozen=True)
class Facts:
    """What a data folder's database says of its one task."""

    status: str
    is_read: bool
    checkpoints: int
    is_reviewed: bool
    items: dict[str, str]
    sections: dict[str, str]
    titles: list[str]
    story: Counter[str]
    notes: list[int]
    events: list[int]
    seq: int
    counts: dict[str, int]

    def paid_calls(self) -> set[str]:
        """Names of the model calls whose whole result is stored."""
        paid = {name for name, status in self.sections.items() if status == "completed"}
        if self.checkpoints:
            paid.add("analysing")
        if self.is_reviewed:
            paid.add("gaps")
        return paid


def name_of(call: dict[str, Any]) -> str:
    """What one request to the model asked for."""
    known = json.loads(call["messages"][-1]["content"])
    if "passage" in known:
        return "analysing"
    return "gaps" if known.get("gaps") else " ".join(item["key"] for item in known["items"])


class Scene:
    """`play` it, then look at what was true when the worker died and when the next one was done."""

    died: int | None
    exit_code: int | None
    at_death: Facts
    at_end: Facts
    asked_again: list[dict[str, Any]]

    def __init__(self, template: Path, home: Path, crash_at: str) -> None:
        shutil.copytree(template, home)
        self.home, self.crash_at = home, crash_at
        self.model = ScriptedEndpoint()
        self.workers: list[ForkServerProcess] = []

    def play(self, provoke: Callable[[Scene], None]) -> Scene:
        with self.model, ExitStack() as stack:
            stack.callback(self.kill_all)
            provoke(self)
            self.died = self.end_of_worker()
            self.at_death, asked = self.facts(), len(self.model.requests)
            self.begin(crashing=False)
            self.until(lambda: self.has_ended() and self.is_looking())
            self.workers[-1].terminate()
            self.exit_code = self.end_of_worker()
            self.at_end, self.asked_again = self.facts(), self.model.bodies[asked:]
        return self

    @property
    def has_fired(self) -> bool:
        return (self.home / "fired").exists() and (self.home / "fired").read_text() == self.crash_at

    # --- what workers do

    def begin(self, *, crashing: bool) -> None:
        env = environment(self.home, self.model.url)
        if crashing:
            env |= {"CRASH_AT": self.crash_at, "CRASH_MARKER": str(self.home / "fired")}
        worker = FORKED.Process(target=run_worker, args=(env, self.home / "log"))
        worker.start()
        self.workers.append(worker)

    def end_of_worker(self) -> int | None:
        """The newest worker's exit code once it has ended, None when it does not end."""
        self.workers[-1].join(PATIENCE_SECONDS)
        return self.workers[-1].exitcode

    def kill_all(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()

    def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            is_well = time.monotonic() < deadline and self.workers[-1].is_alive()
            assert is_well, f"{self.crash_at}: {self.facts()}\n{self.log}"
            time.sleep(0.1)

    def has_ended(self) -> bool:
        return self.column("SELECT finished_at IS NOT NULL FROM generator_task") == [1]

    def is_looking(self) -> bool:
        """Whether the newest worker is at work: it has a row, and may end by SIGTERM."""
        (known,) = self.ask("SELECT count(*) FROM generator_worker WHERE pid = ?", self.workers[-1].pid)[0]
        return bool(known)

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()[-3000:]

    # --- what is stored

    def ask(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.home / "caseloom.sqlite3", timeout=20)) as connection:
            return connection.execute(query, values).fetchall()

    def column(self, query: str) -> list[Any]:
        return [value for (value,) in self.ask(query)]

    def facts(self) -> Facts:
        (status, is_reviewed) = self.ask("SELECT status, reviewed_round = round FROM generator_task")[0]
        counts = "SELECT pending, running, completed, failed, cancelled FROM generator_taskcounts"
        items = "(SELECT * FROM generator_requirementitem ORDER BY number)"
        keys = f"SELECT group_concat('R' || number, ' ') FROM {items} WHERE section_id = s.id"
        return Facts(
            status=status,
            is_read=self.column("SELECT content IS NULL FROM generator_document") == [1],
            checkpoints=len(self.column("SELECT id FROM generator_checkpoint")),
            is_reviewed=bool(is_reviewed),
            items=dict(self.ask("SELECT number, quote FROM generator_requirementitem")),
            sections=dict(self.ask(f"SELECT ({keys}), status FROM generator_section s")),
            titles=self.column("SELECT title FROM generator_case WHERE deleted_at IS NULL"),
            story=Counter(self.column("SELECT kind FROM generator_timelineentry")),
            notes=self.column("SELECT count FROM realtime_notification"),
            events=self.column("SELECT seq FROM realtime_event ORDER BY seq"),
            seq=self.column("SELECT seq FROM realtime_stream")[0],
            counts=dict(
                zip("pending running completed failed cancelled".split(), self.ask(counts)[0], strict=True)
            ),
        )


def run_worker(env: dict[str, str], log: Path) -> None:
    """What a fork does."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    run("runworker", "generation")


def environment(home: Path, url: str) -> dict[str, str]:
    """The environment of a worker at `home`, with the model at `url`, and with leases as short as allowed."""
    ours = ("OPENAI_", "LLM_", "DATABASE", "REDIS")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    model = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-scripted", "OPENAI_MODEL": "scripted"}
    return env | model | {"DATA_DIR": str(home), "LEASE_SECONDS": "3", "DRAIN_SECONDS": "0"}


def make_template(home: Path) -> None:
    """A data folder with a pending task of ada's: an upload with two sections."""
    for arguments in (["migrate", "--verbosity=0"], ["shell", "--verbosity=0", "--command", PROLOGUE]):
        manage(environment(home, "http://127.0.0.1:9/v1"), *arguments)


def manage(env: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr
