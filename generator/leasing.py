"""Keeping a worker's leases, and knowing when another's is lost (design §4)."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils import timezone

from generator import lifesigns, transitions
from generator.models import Task, Worker
from generator.models.workers import ALIVE_SECONDS
from generator.transitions import Lease
from realtime.events import Publisher

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
"""Until the next try when the database could not renew."""
GRACE_SECONDS = 5.0
"""How long after an outage or a clock jump other workers have to renew before their leases count as lost."""
SLOW_LOOK_SECONDS = 8.0
"""After so long without a look this process stood still, and with it perhaps all others of its machine."""
STUCK_SECONDS = 15
"""How long a session's client may say nothing within a transaction that holds tasks."""
_END_STUCK_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user
AND state <> 'idle' AND wait_event = 'ClientRead'
AND state_change < clock_timestamp() - make_interval(secs => %s)
AND pid IN (SELECT pid FROM pg_locks WHERE relation = %s::regclass AND mode LIKE 'Row%%')
"""
JUMP_SECONDS = 2.0
"""How far the wall clock may leave the monotonic one between two looks."""


class LeaseKeeper:
    """Renews `worker`'s leases in a thread of its own, however busy the event loop is.

    `held` gives the leases; `lost`, called in the event loop, gets those that are no longer ours.
    """

    def __init__(
        self, worker: Worker, held: Callable[[], list[Lease]], lost: Callable[[list[Lease]], None]
    ) -> None:
        self._worker, self._held, self._lost = worker, held, lost
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="leases")
        self._stopped = threading.Event()
        self._sign = lifesigns.LifeSign(worker.pk)
        self._clocks = time.time() - time.monotonic()
        self._looked_at = time.monotonic()
        self._rescue_from = self._looked_at + GRACE_SECONDS

    async def keep(self) -> None:
        """Renew until `stop`."""
        self._sign.hold()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, self._renew_until_stopped, loop)

    def stop(self, *, is_drained: bool = False) -> None:
        """Renew no more. A worker that did not give back its tasks leaves its file, as if it had died."""
        self._stopped.set()
        self._sign.let_go(forget=is_drained)
        self._executor.shutdown(wait=False)

    def let_others_renew(self) -> None:
        """The database was away, or the clock jumped: nobody's lease counts as lost for a while."""
        self._rescue_from = time.monotonic() + GRACE_SECONDS

    def rescue(self, publisher: Publisher) -> int:
        """Queue the tasks of dead workers again; how many that were.

        Renews first: our own leases may look expired too.
        """
        transitions.renew(self._worker, self._held())
        rescued = self._rescue_from_dead(publisher)
        clocks, now = time.time() - time.monotonic(), time.monotonic()
        if abs(clocks - self._clocks) > JUMP_SECONDS or now - self._looked_at > SLOW_LOOK_SECONDS:
            self.let_others_renew()
        self._clocks, self._looked_at = clocks, now
        if time.monotonic() >= self._rescue_from:
            rescued += transitions.rescue_expired(publisher)
        return rescued

    def _rescue_from_dead(self, publisher: Publisher) -> int:
        """Those of this machine, whose locks the kernel dropped."""
        left_behind = lifesigns.dead_workers()
        dead = Worker.objects.filter(pk__in=left_behind, host=self._worker.host)
        if not left_behind:
            return 0
        rescued = transitions.rescue_from_dead(publisher, dead)
        busy = Task.objects.running().filter(worker__in=left_behind).values_list("worker", flat=True)
        elsewhere = Worker.objects.filter(pk__in=left_behind).exclude(host=self._worker.host)
        buried = set(left_behind) - set(busy) - set(elsewhere.values_list("pk", flat=True))
        dead.filter(pk__in=buried).delete()
        transaction.on_commit(partial(lifesigns.bury, buried), robust=True)
        return rescued

    def _renew_until_stopped(self, loop: asyncio.AbstractEventLoop) -> None:
        pause, interval = 0.0, min(settings.LEASE_SECONDS, ALIVE_SECONDS) / 3
        while not self._stopped.wait(pause):
            try:
                transitions.renew(self._worker, self._held())
                self._show_life()
                lost = transitions.renew(self._worker, self._held())
                end_stuck_sessions()
            except DatabaseError:
                logger.warning("could not renew leases", exc_info=True)
                # One that works stays open: SQLite's last one takes along what readers need on a full disk.
                connection.close_if_unusable_or_obsolete()
                self.let_others_renew()
                pause = AGAIN_SECONDS
                continue
            if lost:
                loop.call_soon_threadsafe(self._lost, lost)
            pause = interval
        connection.close()

    def _show_life(self) -> None:
        """Refresh this worker's row; a cleaning may have taken it while the machine was asleep."""
        self._worker.seen_at = timezone.now()
        seen = Worker.objects.filter(pk=self._worker.pk).update(seen_at=self._worker.seen_at)
        if not seen and not self._stopped.is_set():
            self._worker.save(force_insert=True)


def end_stuck_sessions() -> int:
    """End the sessions of stopped processes that PostgreSQL leaves alone; how many there were.

    Its own limit, `idle_in_transaction_session_timeout`, does not run within a pipeline, as psycopg's
    `executemany` uses it: such a session is "active", waits for its client, and would hold tasks for ever.
    """
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_END_STUCK_SESSIONS, [STUCK_SECONDS, Task._meta.db_table])
        ended = len(cursor.fetchall())
    if ended:
        logger.warning("ended %d sessions whose clients stood still within a transaction", ended)
    return ended
