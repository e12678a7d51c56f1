"""Whether this process is on its way out: `/readyz` answers 503 then."""

import logging
import os
import sys
import time
from typing import NoReturn

ECHO_SECONDS = 1.0
"""A signal to a process group comes twice where `make` passes it on too: that is one wish, not two."""

_since: float | None = None


def begin() -> None:
    global _since
    _since = time.monotonic()


def is_draining() -> bool:
    return _since is not None


def seconds() -> float:
    """How long this process has been draining, 0 when it is not."""
    return 0.0 if _since is None else time.monotonic() - _since


def leave(code: int) -> NoReturn:
    """End this process now: a thread that still reads a file or waits for the database must not keep it."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)
