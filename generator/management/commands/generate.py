"""`manage.py generate`: the main job without a browser."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from core.management import require_migrated
from core.models import User
from generator import supervisor
from generator.exports import FORMATS, export
from generator.inputs import InvalidInput, clean_request
from generator.models import Task
from generator.services import request_task
from realtime import bells

LOOK_SECONDS = 0.2
COMMAND_LINE_USER = "command-line"


class Command(BaseCommand):
    help = "Generates test cases from files and writes them as a table, a text or JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--to", type=Path, metavar="NAME", help="Where to; its ending chooses the format."
        )
        parser.add_argument("--endpoint", default="", help="Which of LLM_ENDPOINTS is asked, or “rules”.")
        parser.add_argument("--user", help="Whose task it becomes; by default the only user's.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        format_name = _format_of(options["to"])
        task = _request(options["files"], options["endpoint"], _owner(options["user"]))
        try:
            asyncio.run(_follow(task.pk))
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. The task stays queued as {task.pk}.", returncode=130) from None
        task.refresh_from_db()
        if task.status != Task.Status.COMPLETED:
            raise CommandError(f"{task.get_status_display()}: {task.error_message or task.error_code}")
        content = export(task, format_name).content
        if options["to"]:
            options["to"].write_bytes(content)
            self.stderr.write(f"{task.cases_count} cases in {options['to']}")
        else:
            self.stdout.write(content.decode())


def _format_of(target: Path | None) -> str:
    """The export format that a file's ending stands for; Markdown when there is no file."""
    if target is None:
        return "md"
    ending = target.suffix.lstrip(".").lower()
    known = {kind.ending: name for name, kind in FORMATS.items()}
    if ending not in known:
        endings = ", ".join(ending for ending in known if "." not in ending)
        raise CommandError(f"--to: no format is called “{ending}”; use one of {endings}.")
    if not target.absolute().parent.is_dir():
        raise CommandError(f"--to: there is no folder {target.absolute().parent}.")
    return known[ending]


def _owner(name: str | None) -> User:
    if name:
        owner = User.objects.filter(username=name).first()
        if owner is None:
            raise CommandError(f"--user: there is nobody called {name}; make them with createuser.")
        return owner
    people = list(User.objects.filter(is_active=True)[:2])
    if len(people) == 1:
        return people[0]
    return User.objects.get_or_create(username=COMMAND_LINE_USER)[0]


def _request(files: list[Path], endpoint: str, owner: User) -> Task:
    try:
        uploads = [ContentFile(path.read_bytes(), path.name) for path in files]
        return request_task(owner, **clean_request(options={"endpoint": endpoint}, files=uploads).facts)
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
    except InvalidInput as error:
        raise CommandError(" ".join(error.errors.values())) from error


async def _follow(task_id: UUID) -> None:
    """Run the task here, unless another worker was faster, and show how far it is."""
    bells.live_in(asyncio.get_running_loop())
    worker = supervisor.start(only=task_id)
    working = asyncio.create_task(worker.run())
    showing = asyncio.create_task(_show_until_ended(task_id))
    try:
        await asyncio.wait([working, showing], return_when=asyncio.FIRST_COMPLETED)
        await (showing if showing.done() else working)
    finally:
        showing.cancel()
        await worker.drain(0)
        working.cancel()


async def _show_until_ended(task_id: UUID) -> None:
    show = _Bar() if sys.stderr.isatty() else _Lines()
    while True:
        task = await database_sync_to_async(Task.objects.get)(pk=task_id)
        show.at(task)
        if not task.is_open:
            show.close()
            return
        await asyncio.sleep(LOOK_SECONDS)


class _Bar:
    """A progress bar for a terminal."""

    def __init__(self) -> None:
        self._bar = tqdm(total=100, bar_format="{desc} {percentage:3.0f}% |{bar}| {postfix}", file=sys.stderr)

    def at(self, task: Task) -> None:
        self._bar.set_description_str(_words(task), refresh=False)
        self._bar.set_postfix_str(f"{task.cases_count} cases", refresh=False)
        self._bar.n = task.progress
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()


class _Lines:
    """A line for each change, for logs and pipes."""

    def __init__(self) -> None:
        self._last = ""

    def at(self, task: Task) -> None:
        line = f"{_words(task)}: {task.sections_done}/{task.sections_total} sections"
        if line != self._last:
            print(f"{line}, {task.cases_count} cases", file=sys.stderr, flush=True)  # noqa: T201
        self._last = line

    def close(self) -> None:
        pass


def _words(task: Task) -> str:
    waiting = f" (waiting for {task.get_waiting_for_display()})" if task.waiting_for else ""
    return (task.stage if task.status == Task.Status.RUNNING and task.stage else task.status) + waiting
