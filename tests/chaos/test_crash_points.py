"""A worker dies around every commit and publish; the next one ends its task once, and pays for nothing twice.

A scene is a point and a phase, `claim:after_commit` for one.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.crash_scene import (
    ASK_TO_CANCEL,
    Facts,
    Scene,
    environment,
    make_template,
    manage,
    name_of,
)
from tests.chaos.crashing import PHASES

SCENES_AT_ONCE = 5
SLOW_TOKENS_PER_SECOND, STREAMED_TOKENS_PER_SECOND = 20.0, 400.0
QUIET, TOLD = PHASES[:2], PHASES
"""Nobody is told of a quiet point: there is nothing to publish."""


def work(scene: Scene) -> None:
    scene.begin(crashing=True)


def stream(scene: Scene) -> None:
    """Slowly enough that sections of different length are not finished by one write."""
    scene.model.tokens_per_second = STREAMED_TOKENS_PER_SECOND
    scene.begin(crashing=True)


def be_refused(scene: Scene) -> None:
    scene.model.refuse_with(401, times=None)
    scene.begin(crashing=True)


def be_cancelled(scene: Scene) -> None:
    be_in_mid_stream(scene, crashing=True)
    manage(environment(scene.home, scene.model.url), "shell", "--verbosity=0", "--command", ASK_TO_CANCEL)


def be_asked_to_stop(scene: Scene) -> None:
    be_in_mid_stream(scene, crashing=True)
    scene.workers[-1].terminate()
    scene.model.tokens_per_second = 0


def find_a_dead_ones_task(scene: Scene) -> None:
    be_in_mid_stream(scene, crashing=False)
    scene.kill_all()
    scene.model.tokens_per_second = 0
    scene.begin(crashing=True)


def be_in_mid_stream(scene: Scene, *, crashing: bool) -> None:
    scene.model.tokens_per_second = SLOW_TOKENS_PER_SECOND
    scene.begin(crashing=crashing)
    scene.until(lambda: bool(scene.model.requests))


@dataclass(frozen=True)
class Point:
    """Where a worker dies, how the database shows that the point was committed, and what leads there.

    `is_committed` is None where it shows nothing: one write takes as many cases as have come.
    """

    name: str
    phases: tuple[str, ...]
    is_committed: Callable[[Facts], bool] | None
    provoke: Callable[[Scene], None] = work
    ends: str = "completed"


POINTS = [
    Point("claim", TOLD, lambda facts: facts.status == "running"),
    *(
        Point(f"enter-{stage}", TOLD, lambda facts, kind=f"stage.{stage}": facts.story[kind] == 1)  # type: ignore[misc]
        for stage in ("reading", "analysing", "generating", "reviewing")
    ),
    Point("read", QUIET, lambda facts: facts.is_read),
    Point("analysed", QUIET, lambda facts: facts.checkpoints == 1),
    Point("items", TOLD, lambda facts: len(facts.items) > 0),
    Point("cases", TOLD, lambda facts: len(facts.titles) > 0),
    Point("cases#3", TOLD, None, stream),
    Point("section", TOLD, lambda facts: facts.story["section.completed"] > 0),
    Point("section#2", TOLD, lambda facts: facts.story["section.completed"] == 2, stream),
    Point("gaps", QUIET, lambda facts: facts.is_reviewed),
    Point("complete", TOLD, lambda facts: facts.status == "completed"),
    Point("fail", TOLD, lambda facts: facts.status == "failed", be_refused, "failed"),
    Point("cancel", TOLD, lambda facts: facts.status == "cancelled", be_cancelled, "cancelled"),
    Point("release", TOLD, lambda facts: facts.status == "pending", be_asked_to_stop),
    Point("rescue", TOLD, lambda facts: facts.story["rescued"] == 1, find_a_dead_ones_task),
]
SCENES = {f"{point.name}:{phase}": point for point in POINTS for phase in point.phases}


@pytest.fixture(scope="module")
def scenes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Scene]]]:
    """All that this run asks for, some at once: most of their time is waiting."""
    home = tmp_path_factory.mktemp("crashes")
    make_template(home / "template")
    items = [item for item in request.session.items if item.nodeid.startswith(request.node.nodeid)]
    chosen = [item.callspec.params["crash_at"] for item in items]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(SCENES_AT_ONCE) as pool:
        yield {crash_at: pool.submit(play, crash_at, home) for crash_at in chosen}


def play(crash_at: str, home: Path) -> Scene:
    place = home / crash_at.replace(":", "-").replace("#", "-")
    return Scene(home / "template", place, crash_at).play(SCENES[crash_at].provoke)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("crash_at", SCENES)
def test_a_worker_that_died_there_costs_nothing(crash_at: str, scenes: dict[str, Future[Scene]]):
    point, scene = SCENES[crash_at], scenes[crash_at].result()

    assert (scene.died, scene.has_fired) == (-signal.SIGKILL, True), scene.log
    if point.is_committed:
        was_committed = not crash_at.endswith(":before_commit")
        assert point.is_committed(scene.at_death) == was_committed, scene.at_death
    assert scene.exit_code == 0, scene.log
    assert_ended_once(scene.at_end, point.ends)
    assert_nothing_was_paid_twice(scene)
    assert_streams_and_counters_fit(scene.at_death)
    assert_streams_and_counters_fit(scene.at_end)


def assert_ended_once(facts: Facts, status: str) -> None:
    ends = {
        kind: number for kind, number in facts.story.items() if kind in {"completed", "failed", "cancelled"}
    }
    assert (facts.status, ends, facts.notes) == (status, {status: 1}, [1])


def assert_nothing_was_paid_twice(scene: Scene) -> None:
    """No stored call is asked again; one that was under way is asked only for what it had not brought."""
    asked = [name_of(call) for call in scene.asked_again]
    assert not scene.at_death.paid_calls() & set(asked)
    assert len(asked) == len(set(asked))
    for call in scene.asked_again:
        known = json.loads(call["messages"][-1]["content"])
        if "items" in known and not known.get("gaps"):
            keys = tuple(f"{item['key']} " for item in known["items"])
            stored = {title for title in scene.at_death.titles if title.startswith(keys)}
            assert stored <= set(known.get("written", ()))
    assert scene.at_death.items in ({}, scene.at_end.items)
    assert len(scene.at_end.titles) == len(set(scene.at_end.titles))


def assert_streams_and_counters_fit(facts: Facts) -> None:
    assert facts.events == list(range(1, facts.seq + 1))
    assert {status for status, number in facts.counts.items() if number} == {facts.status}
