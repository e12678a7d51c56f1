"""A process whose event loop has stopped turning answers nobody: better that it ends and is started again."""

from __future__ import annotations

import asyncio
import faulthandler

STUCK_SECONDS = 300.0
"""Longer than any pause that a process is meant to live through, a debugger's or a SIGSTOP's."""


def guard(loop: asyncio.AbstractEventLoop, seconds: float = STUCK_SECONDS) -> None:
    """End this process with code 1 once `loop` has not turned for `seconds`; each thread's stack is logged.

    The watching thread needs no interpreter, so that even a regular expression that never ends is caught.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)
    loop.call_later(seconds / 10, guard, loop, seconds)
