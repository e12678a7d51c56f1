"""Daphne stops at SIGTERM in the middle of its answers. Here it ends them first, not ready meanwhile."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings

from core import drain

logger = logging.getLogger(__name__)

BEFORE_EXIT: list[Callable[[], Awaitable[None]]] = []
"""What is done between the last answer and the end."""

_being_answered = 0
_all_answered = asyncio.Event()
_all_answered.set()
_leaving: asyncio.Task[None] | None = None


@contextmanager
def counted() -> Iterator[None]:
    """One more request is being answered."""
    global _being_answered
    _being_answered += 1
    _all_answered.clear()
    try:
        yield
    finally:
        _being_answered -= 1
        if not _being_answered:
            _all_answered.set()


@cache
def finish_before_exit() -> None:
    """Take the signals over from Daphne's reactor; `serve` and other servers keep their own handlers."""
    for number in (signal.SIGTERM, signal.SIGINT):
        if getattr(signal.getsignal(number), "__self__", None) is _reactor():
            signal.signal(number, lambda *args: _reactor().callFromThread(_leave))


def _reactor() -> Any:
    # Not at the top: the import picks a reactor, and Daphne must have picked its own before.
    from twisted.internet import reactor

    return reactor


def _leave() -> None:
    """Leave once all is answered; a second signal leaves at once."""
    global _leaving
    if not drain.is_draining():
        drain.begin()
        _leaving = asyncio.ensure_future(_finish())
    elif drain.seconds() > drain.ECHO_SECONDS and _leaving:
        _leaving.cancel()


async def _finish() -> None:
    try:
        await asyncio.wait([asyncio.ensure_future(_all_answered.wait())], timeout=settings.DRAIN_SECONDS)
        if _being_answered:
            logger.warning("%s requests are left without an answer", _being_answered)
        for say_goodbye in BEFORE_EXIT:
            await say_goodbye()
    finally:
        _reactor().stop()
