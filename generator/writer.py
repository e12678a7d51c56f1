"""What running tasks write is committed in groups, by one thread with a connection of its own (design §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction

from core.deadlocks import TRIES, lost_a_deadlock
from realtime.events import Publisher, publishing

T = TypeVar("T")
Operation = Callable[[Publisher], T]
"""Changes rows and tells events; runs in a savepoint, so that a lost lease undoes only its own part."""

GROUP_SECONDS = 0.003


class Writer:
    """Runs operations in order, all that arrive within `GROUP_SECONDS` in one transaction."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Operation[Any], asyncio.Future[Any]]] = []
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._committing: asyncio.Task[None] | None = None

    async def write(self, operation: Operation[T]) -> T:
        """Commit `operation` and return its result, or raise what it raised.

        Cancelling the caller does not take back what was handed in.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, done))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_groups())
        return await asyncio.shield(done)

    async def close(self) -> None:
        """Commit what is waiting, then end the thread."""
        while self._committing:
            await asyncio.wait([self._committing])
        await asyncio.get_running_loop().run_in_executor(self._executor, lambda: connection.close())
        self._executor.shutdown()

    async def _commit_groups(self) -> None:
        await asyncio.sleep(GROUP_SECONDS)
        while self._waiting:
            group, self._waiting = self._waiting, []
            operations = [operation for operation, _ in group]
            results = await asyncio.get_running_loop().run_in_executor(
                self._executor, _commit_all, operations
            )
            for (_, done), result in zip(group, results, strict=True):
                _settle(done, result)
        self._committing = None


def _settle(done: asyncio.Future[Any], result: Any) -> None:
    if done.cancelled():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
        done.exception()  # a caller that was cancelled will not look: not an error of its own
    else:
        done.set_result(result)


def _commit_all(operations: list[Operation[Any]]) -> list[Any]:
    """What `_commit` gives, with each operation that lost a deadlock repeated in a transaction of its own."""
    results = _commit(operations)
    for number, operation in enumerate(operations):
        for _ in range(TRIES):
            if not lost_a_deadlock(results[number]):
                break
            results[number] = _commit([operation])[0]
    return results


def _commit(operations: list[Operation[Any]]) -> list[Any]:
    """Each operation's result, or its exception; the whole group's when the database refused the commit."""
    try:
        with publishing() as publisher:
            results = [_attempt(operation, publisher) for operation in operations]
            _refuse_if_broken()
            return results
    except Exception as error:  # noqa: BLE001 whoever waits for this group must hear of it
        connection.close_if_unusable_or_obsolete()
        return [error] * len(operations)


def _refuse_if_broken() -> None:
    """A transaction that lost its connection would roll back without a word."""
    if connection.needs_rollback or connection.closed_in_transaction:
        raise OperationalError("the connection broke within the group")


def _attempt(operation: Operation[Any], publisher: Publisher) -> Any:
    part = Publisher()
    try:
        with transaction.atomic():
            result = operation(part)
    except Exception as error:  # noqa: BLE001 handed to whoever asked for this write
        return error
    publisher.adopt(part)
    return result
