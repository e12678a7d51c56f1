"""Which workers of this machine are dead: each holds a lock that the kernel drops with its process.

Faster than a lease that must run out, and safe where process numbers are not: they repeat, and two containers
have the same ones.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

logger = logging.getLogger(__name__)
SUFFIX = ".lock"


def _folder() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "workers"


class LifeSign:
    """A worker's file in `DATA_DIR/workers`, locked for as long as its process lives."""

    def __init__(self, worker_id: UUID) -> None:
        self._path = _folder() / f"{worker_id}{SUFFIX}"
        self._file: int | None = None

    def hold(self) -> None:
        """Without room on the disk there is no file: the worker's leases tell of its death then."""
        unlocked = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(unlocked, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unlocked.rename(self._path)  # nobody ever sees it under its name without its lock
        except OSError:
            logger.warning("cannot hold %s", self._path, exc_info=True)

    def let_go(self, *, forget: bool) -> None:
        """Unlock the file, and take it away if nobody needs to know that this worker is gone."""
        if forget:
            self._path.unlink(missing_ok=True)
        if self._file is not None:
            os.close(self._file)
            self._file = None


def dead_workers() -> list[UUID]:
    """Ids of workers that ran on this machine and left their file behind, unlocked."""
    return [UUID(path.stem) for path in _folder().glob(f"*{SUFFIX}") if _is_unlocked(path)]


def bury(worker_ids: Iterable[UUID]) -> None:
    """Forget dead workers."""
    for worker_id in worker_ids:
        (_folder() / f"{worker_id}{SUFFIX}").unlink(missing_ok=True)


def _is_unlocked(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:  # gone meanwhile
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True
