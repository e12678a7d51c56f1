"""A worker that kills itself at a named point: `CRASH_AT=claim:after_commit python -m tests.chaos.crashing`.

The rest of the command line is `manage.py`'s. Points are functions of the product that change rows within a
transaction; `cases#3` is the third time that one gets there. `CRASH_MARKER` names the file that says that it
fired. Imports of the product wait until the process has its environment: it may be a fork.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, NoReturn

import django
from django.conf import settings
from django.core.management import call_command

PHASES = ("before_commit", "after_commit", "after_publish")
POINTS = {
    "claim": ("generator.transitions", "claim"),
    "read": ("generator.pipeline.reading", "_store"),
    "analysed": ("generator.pipeline.analysing", "_checkpoint"),
    "items": ("generator.pipeline.analysing", "_store"),
    "cases": ("generator.supervisor", "store_cases"),
    "section": ("generator.supervisor", "complete_sections"),
    "gaps": ("generator.pipeline.reviewing", "_checkpoint"),
    "settled": ("generator.pipeline.revising", "settle"),
    "anew": ("generator.pipeline.rewriting", "_store_anew"),
    "more": ("generator.pipeline.rewriting", "_store_more"),
    "complete": ("generator.transitions", "Lease.complete"),
    "fail": ("generator.transitions", "Lease.fail"),
    "cancel": ("generator.transitions", "Lease.cancel"),
    "release": ("generator.transitions", "Lease.release"),
    "rescue": ("generator.transitions", "_rescue"),
}


class Fuse(threading.local):
    """Whether this thread's transaction holds the point, and whether its bells are being rung."""

    is_lit = False
    is_ringing = False


fuse = Fuse()
reached: Counter[str] = Counter()


def arm(point: str, phase: str) -> None:
    """From now on, die when a transaction that contains `point` is in `phase`."""
    assert phase in PHASES, phase
    point, _, number = point.partition("#")
    if point.startswith("enter-"):
        watch_stage(point.removeprefix("enter-"))
    else:
        watch(*POINTS[point], nth=int(number or 1))
    watch_commits(phase)
    watch_bells(phase)


def watch(module: str, path: str, nth: int) -> None:
    """Light the fuse when the function did something for the `nth` time."""
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))

    def light(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if result is None or result:  # a claim that found nothing did nothing
            reached[path] += 1
            fuse.is_lit = fuse.is_lit or reached[path] == nth
        return result

    wrap(owner, name, light)


def watch_stage(stage: str) -> None:
    from generator.transitions import Lease

    def light(original: Callable[..., Any], lease: Lease, **facts: Any) -> Any:
        task = original(lease, **facts)
        fuse.is_lit = fuse.is_lit or facts.get("stage") == stage
        return task

    wrap(Lease, "change", light)


def watch_commits(phase: str) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    def commit(original: Callable[..., None], connection: BaseDatabaseWrapper) -> None:
        if fuse.is_lit and phase == "before_commit":
            die()
        original(connection)
        if fuse.is_lit and phase == "after_commit":
            die()
        fuse.is_lit, fuse.is_ringing = False, fuse.is_lit

    def rollback(original: Callable[..., None], connection: BaseDatabaseWrapper) -> None:
        fuse.is_lit = False
        original(connection)

    wrap(BaseDatabaseWrapper, "commit", commit)
    wrap(BaseDatabaseWrapper, "rollback", rollback)


def watch_bells(phase: str) -> None:
    """`bells.ring` calls `bells.send` in the thread that committed, and its coroutine runs in the loop."""
    from realtime import bells

    def send(original: Callable[..., Coroutine[Any, Any, None]], rung: Iterable[bells.Bell]) -> Any:
        sending = original(rung)
        return sent_and_dead(sending) if fuse.is_ringing and phase == "after_publish" else sending

    wrap(bells, "send", send)


async def sent_and_dead(sending: Coroutine[Any, Any, None]) -> None:
    await sending
    die()


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    setattr(owner, name, wrapped)


def die() -> NoReturn:
    Path(os.environ["CRASH_MARKER"]).write_text(os.environ["CRASH_AT"])
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived SIGKILL")


def run(*arguments: str) -> None:
    """`manage.py` with these arguments but without its checks, armed where the environment says so."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    assert not settings.configured, "somebody read the settings of another environment"
    django.setup()
    if "CRASH_AT" in os.environ:
        arm(*os.environ["CRASH_AT"].split(":"))
    call_command(*arguments)


if __name__ == "__main__":
    run(*sys.argv[1:])
