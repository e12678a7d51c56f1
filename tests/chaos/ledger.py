"""The ledger: what the model's log and the product's own API must agree on after a storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from tests.chaos.cast import Story
from tests.chaos.faults import DRAIN_SECONDS, KILL, STOP, TERM, Fault
from tests.chaos.fleet import Fleet
from tests.chaos.model import QUIET_SECONDS, Call, Model

RECLAIM_SECONDS = 45
OUTAGE_GRACE_SECONDS = 5
"""After the database is back, within which what waited for it is stored."""

Timeline = list[dict[str, Any]]


class Ledger:
    """Checks stories against the log. Every broken rule is one line that names the task or call."""

    def __init__(self, fleet: Fleet, model: Model, stories: Sequence[Story]) -> None:
        self.fleet, self.model, self.stories = fleet, model, stories
        self.faults: list[Fault] = []
        self.outages: list[tuple[float, float]] = []
        """Of the database, in monotonic time."""

    def note_items(self) -> None:
        """Remember each task's items soon after the model named them."""
        for story in self.stories:
            if not story.items and self.model.finished(story.tenant):
                story.items = story.coverage()

    def check(self, seed: int) -> None:
        timelines = {story.id: story.timeline() for story in self.stories}
        broken = [*self._died_unasked(), *self._broken_by_faults(timelines)]
        for story in self.stories:
            timeline = timelines[story.id]
            broken += [*self._broken_by(story, timeline), *self._paid_twice(story, timeline)]
        for owner in {story.owner.name: story.owner for story in self.stories}.values():
            broken += self._broken_on_stream(owner)
        assert not broken, f"CHAOS_SEED={seed}: {len(broken)} rules broken\n" + "\n".join(broken)

    # --- a task

    def _broken_by(self, story: Story, timeline: Timeline) -> Iterator[str]:
        task, kinds = story.now(), Counter(entry["kind"] for entry in timeline)
        if task["status"] != "completed":
            yield f"{story} is {task['status']}: {task['error']}; {in_short(timeline)}"
        if kinds["completed"] != task["round"]:
            yield f"{story} ended {kinds['completed']} times in {task['round']} round: {in_short(timeline)}"
        if task["attempt"] != 1 + kinds["rescued"]:
            yield f"{story}: attempt {task['attempt']} after {kinds['rescued']} rescues: {in_short(timeline)}"
        if kinds["claimed"] != 1 + kinds["rescued"] + kinds["released"]:
            yield f"{story}: claimed {kinds['claimed']} times: {in_short(timeline)}"
        if (told := self._notifications(story)) != 1:
            yield f"{story}: {told} notifications"
        yield from self._broken_items(story)

    def _notifications(self, story: Story) -> int:
        notes = story.owner.get("/notifications", limit=100)["items"]
        return sum(note["count"] for note in notes if note["url"] == f"/tasks/{story.id}/")

    def _broken_items(self, story: Story) -> Iterator[str]:
        items = story.coverage()
        for key in story.items | items:
            if story.items.get(key) != items.get(key):
                yield f"{story}: {key} was {story.items.get(key)} and is {items.get(key)}"
        cases = story.owner.cases(story.id)
        for title, count in Counter(case["title"] for case in cases).items():
            if count > 1:
                yield f"{story}: {count} cases are called “{title}”"
        for case in cases:
            if not case["requirements"] or not set(case["requirements"]) <= set(items):
                yield f"{story}: {case['key']} is of items {case['requirements']}, of {sorted(items)}"

    # --- the model's log

    def _paid_twice(self, story: Story, timeline: Timeline) -> Iterator[str]:
        calls = [call for call in self.model.calls if call.asked.tenant == story.tenant]
        losses = [when(entry) for entry in timeline if entry["kind"] in {"rescued", "released"}]
        for call in calls:
            if call.finished_at is None or not self._is_settled(call, losses):
                continue
            for later in calls:
                seconds = later.started_at - call.finished_at
                if later.asked == call.asked and seconds > 0:
                    yield (
                        f"{call.asked}: finished at worker {call.process}, {seconds:.2f} s later asked again"
                        f" by worker {later.process}; {story}: {in_short(timeline)}"
                    )

    def _is_settled(self, call: Call, losses: list[float]) -> bool:
        """It was finished, and its worker had the time and the right to store it."""
        if call.finished_at is None:
            return False
        until = call.finished_at + QUIET_SECONDS
        for began, ended in self.outages:
            if call.finished_at < ended and began < until:
                until = max(until, ended + OUTAGE_GRACE_SECONDS)
        for fault in self.faults:
            if fault.worker.number == call.process and _hinders(fault, call, until):
                return False
        offset = self._wall_offset
        return not any(call.started_at < loss - offset < until for loss in losses)

    @property
    def _wall_offset(self) -> float:
        return self.faults[0].wall - self.faults[0].at if self.faults else 0.0

    # --- processes and faults

    def _died_unasked(self) -> Iterator[str]:
        struck = {fault.worker.number for fault in self.faults if fault.kind != STOP}
        for worker in self.fleet.all_workers:
            if not worker.is_alive and worker.number not in struck:
                words = worker.log.read_text()[-2000:]
                yield f"worker {worker.number} died: {worker.process.returncode}\n{words}"
        if (code := self.fleet.web.poll()) is not None:
            yield f"the web process died: {code}"

    def _broken_by_faults(self, timelines: dict[str, Timeline]) -> Iterator[str]:
        for fault in self.faults:
            if fault.kind == KILL:
                yield from self._not_in_mid_stream(fault)
                yield from self._reclaimed_late(fault, timelines)
            if fault.kind == TERM:
                yield from _drained_badly(fault)

    def _not_in_mid_stream(self, fault: Fault) -> Iterator[str]:
        calls = self.model.calls_of(fault.worker.number)
        if not any(
            call.streaming_since and call.streaming_since < fault.at and _was_cut(call) for call in calls
        ):
            yield f"{fault} cut no call in mid-stream"
        for call in calls:
            if call.finished_at and call.finished_at > fault.at - QUIET_SECONDS:
                yield f"{fault} fell {fault.at - call.finished_at:.2f} s after {call.asked} had finished"

    def _reclaimed_late(self, fault: Fault, timelines: dict[str, Timeline]) -> Iterator[str]:
        for story in self.stories:
            if story.id not in fault.tasks:
                continue
            claims = [when(entry) for entry in timelines[story.id] if entry["kind"] == "claimed"]
            seconds = min((claim - fault.wall for claim in claims if claim > fault.wall), default=None)
            if seconds is None or seconds > RECLAIM_SECONDS:
                yield f"{story} was reclaimed {seconds} s after {fault}"

    # --- the owner's stream

    def _broken_on_stream(self, owner: Any) -> Iterator[str]:
        with owner.socket("?since=0") as socket:
            last = socket.next()["seq"]
            while not socket.durable or socket.durable[-1]["seq"] < last:
                socket.next()
            frames = socket.durable
        if [frame["seq"] for frame in frames] != list(range(1, last + 1)):
            yield f"{owner.name}'s stream has gaps"
        for story in self.stories:
            updates = [frame["task"] for frame in frames if frame["type"] == "task.updated"]
            statuses = [task["status"] for task in updates if task["id"] == story.id]
            walk = [status for status, _ in groupby(statuses)]
            if story.owner is owner and (walk.count("completed"), walk[-1:]) != (1, ["completed"]):
                yield f"{story} went {' → '.join(walk)} on its owner's stream"


def when(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()


def in_short(timeline: Timeline) -> str:
    kinds = [entry["kind"].removeprefix("stage.") for entry in timeline]
    return " ".join(f"{kind}×{n}" if (n := len(list(run))) > 1 else kind for kind, run in groupby(kinds))


def _was_cut(call: Call) -> bool:
    return call.ended_at is not None and not call.finished


def _hinders(fault: Fault, call: Call, until: float) -> bool:
    """Whether this fault of the call's worker came before its result was surely stored."""
    if fault.kind == STOP:
        return call.started_at < (fault.went_on_at or until) and fault.at < until
    end = fault.worker.ended_at if fault.kind == TERM else fault.at
    return end is not None and end < until


def _drained_badly(fault: Fault) -> Iterator[str]:
    worker = fault.worker
    if worker.process.returncode != 0:
        yield f"{fault}: exit code {worker.process.returncode}\n{worker.log.read_text()[-2000:]}"
    elif worker.ended_at and worker.ended_at - fault.at > DRAIN_SECONDS:
        yield f"{fault} took {worker.ended_at - fault.at:.1f} s to end, DRAIN_SECONDS is {DRAIN_SECONDS}"
