"""What is done to the workers, and when: a seeded schedule, struck in waves of one blow for each worker."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chaos.cast import Story
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.model import Call, Model

KILL, STOP, TERM = "kill -9", "SIGSTOP", "SIGTERM"
STOP_SECONDS = 31.5  # the lease is 30 s
DRAIN_SECONDS = 25
HEAL_SECONDS = 90
SETTLE_SECONDS = 15
LOSSES_IN_A_ROW = 3
ENDED = "select id from generator_task where finished_at is not null"
GAP_SECONDS = 3
"""Between the two blows of a wave, at most."""


@dataclass
class Fault:
    """A blow that landed. `at` is monotonic, `wall` the same moment for the timeline."""

    kind: str
    worker: Worker
    at: float
    wall: float
    tasks: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    went_on_at: float | None = None

    def __str__(self) -> str:
        return f"{self.kind} of worker {self.worker.number} ({'/'.join(sorted(self.stages))})"


@dataclass(frozen=True)
class Wave:
    """At most `allowance` calls of each task are finished while these blows fall, one on each slot."""

    allowance: int
    blows: tuple[tuple[int, str], ...]


Stretch = tuple[Sequence[int], Sequence[str], Sequence[str]]
"""Allowances of some waves, and the blows that slot 0 and slot 1 get in them, in any order."""


def schedule(dice: random.Random, stretches: Sequence[Stretch]) -> list[Wave]:
    return [wave for stretch in stretches for wave in _waves(dice, *stretch)]


def _waves(
    dice: random.Random, allowances: Sequence[int], first: Sequence[str], second: Sequence[str]
) -> list[Wave]:
    """Never both workers stopped at once: somebody must be there to notice."""
    while True:
        pairs = list(zip(dice.sample(first, len(first)), dice.sample(second, len(second)), strict=True))
        if (STOP, STOP) not in pairs:
            break
    return [
        Wave(allowance, tuple(dice.sample(list(enumerate(pair)), 2)))
        for allowance, pair in zip(allowances, pairs, strict=True)
    ]


class Storm:
    """Strikes a fleet wave by wave and remembers what landed."""

    def __init__(self, fleet: Fleet, model: Model, dice: random.Random, stories: Sequence[Story]) -> None:
        self.fleet, self.model, self.dice, self.stories = fleet, model, dice, stories
        self.faults: list[Fault] = []
        self._began = time.monotonic()

    def strike(
        self, wave: Wave, before_each: Callable[[], None], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """The first blow falls while calls finish all around, the second once all went as far as they may.

        `before_each` comes before each blow, `meanwhile` while what was struck is not well yet.
        """
        self.model.allowance = wave.allowance
        self.fleet.pause(self.dice.uniform(0.5, GAP_SECONDS))
        for number, (slot, kind) in enumerate(wave.blows):
            if number:
                self._settle(slot)
                self.fleet.pause(self.dice.uniform(0, GAP_SECONDS))
            before_each()
            self._blow(slot, kind)
        meanwhile()
        self.heal()

    def heal(self) -> None:
        """Return once every task is at work, at workers that live and have calls in mid-stream."""
        self.fleet.until(self._is_whole, HEAL_SECONDS, "all tasks at work again")

    def _is_whole(self) -> bool:
        self._let_go_on()
        assert not self.fleet.query(ENDED), f"some ended too soon\n{self.fleet.unfinished()}"
        workers = self.fleet.workers.values()
        if any(fault.kind == TERM and fault.worker.is_alive for fault in self.faults):
            return False
        if not all(worker.is_working and self.model.in_mid_stream(worker.number) for worker in workers):
            return False
        return sum(len(self.fleet.held_by(worker)) for worker in workers) == len(self.stories)

    def _settle(self, slot: int) -> None:
        """Wait until the tasks of one worker have used their allowance, or long enough."""
        worker = self.fleet.workers[slot]
        deadline = time.monotonic() + SETTLE_SECONDS

        def is_settled() -> bool:
            self._let_go_on()
            tenants = self.model.tenants_at(worker.number)
            used = [len(self.model.finished(tenant)) >= self.model.allowance for tenant in tenants]
            return all(used) or time.monotonic() > deadline

        self.fleet.until(is_settled, SETTLE_SECONDS + 1, "allowances used")

    def _let_go_on(self) -> None:
        for fault in self.faults:
            is_due = time.monotonic() > fault.at + STOP_SECONDS
            if fault.kind == STOP and fault.went_on_at is None and is_due:
                fault.went_on_at = time.monotonic()
                fault.worker.go_on()

    def _blow(self, slot: int, kind: str) -> None:
        fault = self.fleet.until(lambda: self._landed(slot, kind), HEAL_SECONDS, f"a moment for {kind}")
        self.faults.append(fault)
        print(f"{fault.at - self._began:6.1f} s: {fault}, which had {len(fault.tasks)} tasks")

    def _landed(self, slot: int, kind: str) -> Fault | None:
        """The fault, if just now the worker is in mid-stream and has stored what it finished."""
        self._let_go_on()
        worker = self.fleet.workers[slot]
        tasks = self.fleet.held_by(worker)
        if not self.model.is_quiet(worker.number) or (kind != TERM and self._is_too_much(tasks)):
            return None
        with self.model.no_endings(worker.number):
            if not self.model.is_quiet(worker.number):
                return None
            streams = self.model.in_mid_stream(worker.number)
            fault = Fault(kind, worker, time.monotonic(), time.time(), tasks, stages_of(streams))
            {KILL: worker.kill, STOP: worker.stop, TERM: lambda: worker.process.send_signal(signal.SIGTERM)}[
                kind
            ]()
        return fault

    def _is_too_much(self, tasks: set[str]) -> bool:
        """One more loss in a row without a finished call would make one of them look like poison."""
        return any(self._losses(story) >= LOSSES_IN_A_ROW for story in self.stories if story.id in tasks)

    def _losses(self, story: Story) -> int:
        """How often its worker was lost since the last call that it finished."""
        lost = [fault for fault in self.faults if story.id in fault.tasks and fault.kind != TERM]
        finished = [
            call.finished_at
            for call in self.model.calls
            if call.asked.tenant == story.tenant
            and call.finished_at
            and not any(fault.worker.number == call.process and fault.at < call.finished_at for fault in lost)
        ]
        return sum(fault.at > max(finished, default=0) for fault in lost)


def stages_of(calls: Sequence[Call]) -> set[str]:
    return {call.asked.stage for call in calls}
