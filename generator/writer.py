"""What running tasks write is committed in groups, by one thread with a connection of its own (design §5)."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DatabaseError, OperationalError, connection

from core.deadlocks import TRIES
from core.outages import deserves_another_try, is_outage
from generator.turns import is_long, turn_seconds
from realtime.events import Publisher, publishing

logger = logging.getLogger(__name__)
T = TypeVar("T")
Operation = Callable[[Publisher], T]
"""Changes rows and tells events. It may run more than once, so it changes nothing but rows."""

GROUP_SECONDS = 0.001
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 4.0
"""Between two tries while the database is away."""


class Writer:
    """Runs operations in order, all that arrive within `GROUP_SECONDS` in one transaction.

    While the database is away, operations wait for it and are repeated: they are functions of the rows alone.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Operation[Any], asyncio.Future[Any]]] = []
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._committing: asyncio.Task[None] | None = None
        self._gave_up = threading.Event()
        self.outages: deque[float] = deque(maxlen=100)
        """Seconds that each outage lasted, for whoever takes them from the left."""

    async def write(self, operation: Operation[T]) -> T:
        """Commit `operation` and return its result, or raise what it raised.

        Cancelling the caller does not take back what was handed in.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_groups())
        return await asyncio.shield(done)

    def give_up(self) -> None:
        """Wait for no outage any longer: whoever waits for a write hears of it."""
        self._gave_up.set()

    async def close(self) -> None:
        """Commit what is waiting, then end the thread."""
        while self._committing and not self._committing.done():
            await asyncio.wait([self._committing])
        await asyncio.get_running_loop().run_in_executor(self._executor, lambda: connection.close())
        self._executor.shutdown()

    async def _commit_groups(self) -> None:
        await asyncio.sleep(GROUP_SECONDS)
        while self._waiting:
            group, self._waiting = self._waiting, []
            began = time.monotonic()
            operations = [operation for operation, _ in group]
            results: list[Any] = [asyncio.CancelledError()] * len(group)
            try:
                results = await asyncio.get_running_loop().run_in_executor(
                    self._executor, self._commit_all, operations
                )
            finally:  # nobody waits for ever, even if the loop is being taken down
                for (_, done), result in zip(group, results, strict=False):
                    _settle(done, result)
                self._waiting[:0] = group[len(results) :]
            if self._waiting and is_long(time.monotonic() - began):
                await asyncio.sleep(turn_seconds())

    def _commit_all(self, operations: list[Operation[Any]]) -> list[Any]:
        """Each operation's result or exception; where one failed the group, each gets its own transaction."""
        outcome = self._commit_through_outages(operations)
        if not isinstance(outcome, Exception):
            return outcome
        if isinstance(outcome, CommitInDoubt) or is_outage(outcome):
            return [outcome] * len(operations)
        if len(operations) == 1 and not deserves_another_try(outcome):
            return [outcome]
        return [self._commit_patiently(operation) for operation in operations]

    def _commit_patiently(self, operation: Operation[Any]) -> Any:
        """Repeat what lost a deadlock, or stood idle because its process was stopped; not for ever."""
        for _ in range(TRIES):
            outcome = self._commit_through_outages([operation])
            if not isinstance(outcome, Exception):
                return outcome[0]
            if not deserves_another_try(outcome):
                break
        return outcome

    def _commit_through_outages(self, operations: list[Operation[Any]]) -> list[Any] | Exception:
        """What `_commit` gives once the database takes anything at all, or when the writer gave up."""
        began, pause = time.monotonic(), FIRST_PAUSE_SECONDS
        while is_outage(outcome := _commit(operations, self._gave_up)) and not self._gave_up.is_set():
            logger.warning("cannot write, trying again in %.1f s: %s", pause, outcome)
            self._gave_up.wait(pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)
        if pause > FIRST_PAUSE_SECONDS and not self._gave_up.is_set():
            logger.warning("can write again after %.1f s", time.monotonic() - began)
            self.outages.append(time.monotonic() - began)
        return outcome


class CommitInDoubt(Exception):
    """Whether a transaction was committed can't be known any more: nobody may repeat it."""


def _settle(done: asyncio.Future[Any], result: Any) -> None:
    if done.cancelled():
        return
    if isinstance(result, asyncio.CancelledError):
        done.cancel()
    elif isinstance(result, Exception):
        done.set_exception(result)
        done.exception()  # a caller that was cancelled will not look: not an error of its own
    else:
        done.set_result(result)


def _commit(operations: list[Operation[Any]], gave_up: threading.Event) -> list[Any] | Exception:
    """Each operation's result, in one transaction; or why there was none: one that raises undoes them all.

    Those that it took too long to come to have no result yet.
    """
    results: list[Any] = []
    transaction_id, began = None, time.monotonic()
    try:
        with publishing() as publisher:
            for operation in operations:
                results.append(operation(publisher))
                if is_long(time.monotonic() - began):
                    break
            _refuse_if_broken()
            transaction_id = _transaction_id()
    except Exception as error:  # noqa: BLE001 whoever waits for this group must hear of it
        connection.close_if_unusable_or_obsolete()
        if not (transaction_id and is_outage(error)):
            return error
        is_committed = _was_committed(transaction_id, gave_up)
        if is_committed is None:
            return CommitInDoubt(str(error))
        return results if is_committed else error
    return results


def _transaction_id() -> str | None:
    """What PostgreSQL calls the open transaction. On SQLite a COMMIT that raised has committed nothing."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])


def _was_committed(transaction_id: str, gave_up: threading.Event) -> bool | None:
    """Whether a transaction whose connection broke while it committed did so. Waits for the database to say.

    None when the writer gave up first. See `pg_xact_status` in section 9.27 of PostgreSQL's documentation.
    """
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [transaction_id])
                status = cursor.fetchone()[0]
        except DatabaseError as error:
            connection.close_if_unusable_or_obsolete()
            if not is_outage(error):  # another server took over, which never heard of it
                return False
        else:
            if status != "in progress":
                return bool(status == "committed")
        if gave_up.is_set():
            return None
        gave_up.wait(FIRST_PAUSE_SECONDS)


def _refuse_if_broken() -> None:
    """A transaction that lost its connection would roll back without a word."""
    if connection.needs_rollback or connection.closed_in_transaction:
        raise OperationalError("the connection broke within the group")
