"""How far a running task is: work really done, never a timer (interface §3, `progress`)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from generator.models import Task
from generator.transitions import Lease

SILENT_SECONDS = 2.0
"""A stream without a byte for this long is what the task waits for."""
LEAST_GAIN = 0.02
"""Share of the sections from which a pace can be told."""
CASES_AN_ITEM = 3
"""How many cases an item usually gets: only the scale of a section's own share, which ends when it does."""
STORE_PROGRESS = (
    "UPDATE generator_task SET rev = %s, progress = %s, eta_seconds = %s, waiting_for = %s WHERE id = %s"
)
"""For many rows: `bulk_update` would build one CASE a column."""
SHARE_READ, SHARE_ANALYSED, SHARE_GENERATED = 2, 8, 94


@dataclass
class Progress:
    """One task's state between two writes of it, in memory."""

    stage: str = ""
    sections_total: int = 0
    sections_done: int = 0
    expected: dict[int, int] = field(default_factory=dict)
    written: dict[int, int] = field(default_factory=dict)
    streams: int = 0
    queued: int = 0
    paused_until: float = 0.0
    last_byte_at: float = field(default_factory=time.monotonic)
    generating_since: float = 0.0
    generated_before: float = 0.0
    _shown: int = 0
    _estimated_at: float = -1.0
    _estimate: int = 0

    def heard(self) -> None:
        """A byte came from the model."""
        self.last_byte_at = time.monotonic()

    @property
    def percent(self) -> int:
        """0–99 by work done; never less than it was."""
        self._shown = max(self._shown, self._now())
        return self._shown

    def begin_generating(self, sections_total: int, sections_done: int) -> None:
        self.sections_total, self.sections_done = sections_total, sections_done
        self.generating_since = time.monotonic()
        self.generated_before = self._generated()

    def section_completed(self, section: int) -> None:
        self.sections_done += 1
        self.expected.pop(section, None)

    def _now(self) -> int:
        if self.stage == Task.Stage.ANALYSING:
            return SHARE_READ
        if self.stage == Task.Stage.GENERATING:
            return SHARE_ANALYSED + int((SHARE_GENERATED - SHARE_ANALYSED) * self._generated())
        return SHARE_GENERATED if self.stage == Task.Stage.REVIEWING else 0

    def _generated(self) -> float:
        """The finished share of the sections, 0–1; an open one counts by its cases, at most nine tenths."""
        if not self.sections_total:
            return 0.0
        open_shares = (
            min(0.9, self.written.get(key, 0) / want) for key, want in tuple(self.expected.items())
        )
        return min(1.0, (self.sections_done + sum(open_shares)) / self.sections_total)

    @property
    def eta_seconds(self) -> int | None:
        """Seconds to go at this attempt's own pace, None until there is one.

        Stands still while nothing is done.
        """
        done = self._generated()
        if self.stage != Task.Stage.GENERATING or done - self.generated_before < LEAST_GAIN:
            return None
        if done != self._estimated_at:
            pace = (time.monotonic() - self.generating_since) / (done - self.generated_before)
            self._estimated_at, self._estimate = done, round(pace * (1 - done)) + 1
        return self._estimate

    @property
    def waiting_for(self) -> str:
        """What keeps the task from going on right now, "" when nothing does."""
        now = time.monotonic()
        if self.paused_until > now:
            return Task.WaitingFor.PROVIDER
        if self.streams and now - self.last_byte_at > SILENT_SECONDS:
            return Task.WaitingFor.MODEL
        if self.queued and not self.streams:
            return Task.WaitingFor.SLOT
        return ""

    def facts(self) -> dict[str, Any]:
        """The task's columns that this state is written to."""
        return {
            "progress": self.percent,
            "eta_seconds": self.eta_seconds,
            "waiting_for": self.waiting_for,
        }


def store_progress(reached: Sequence[tuple[Lease, dict[str, Any]]]) -> list[Task]:
    """Write how far many tasks are, at once; returns those whose lease still holds them."""
    facts = {(lease.task_id, lease.number): facts for lease, facts in reached}
    running = Task.objects.running().light().filter(pk__in=[lease.task_id for lease, _ in reached])
    locked = running.order_by("pk").select_for_update()
    held = [task for task in locked if (task.pk, task.lease_no) in facts]
    for task in held:
        task.rev += 1
        for column, value in facts[task.pk, task.lease_no].items():
            setattr(task, column, value)
    key = Task._meta.pk.get_db_prep_value
    rows = [(t.rev, t.progress, t.eta_seconds, t.waiting_for, key(t.pk, connection)) for t in held]
    with connection.cursor() as cursor:
        cursor.executemany(STORE_PROGRESS, rows)
    return held
