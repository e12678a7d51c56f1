"""A worker dies while it revises a task or writes cases anew; the next one ends the round."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.chaos.crash_scene import Scene, environment, manage, name_of
from tests.chaos.crashing import PHASES

SCENES_AT_ONCE = 3
NO_MODEL = "http://127.0.0.1:9/v1"
TEXT = "\n".join(
    f"# {chapter}\n\n1. The page must show the {chapter}.\n"
    f"2. The {chapter} field must accept between 3 and 20 characters.\n"
    f"3. The page must refuse guests of the {chapter}.\n"
    for chapter in ("name", "street")
)
BEGIN = """
from django.conf import settings
from generator.models import CaseRequest, Task
from generator.rounds import Changed, request_cases, revise_task
place = settings.LLM_ENDPOINTS[0]
Task.objects.update(engine="openai", endpoint=place["name"], model=place["model"])
task = Task.objects.get()
"""
ROUNDS = {
    "revise": "revise_task(task, task.owner, Changed("
    "task.documents.get().text.replace('20', '30') + '4. The page must greet the owner.'))",
    "regenerate": "request_cases(task, task.owner, CaseRequest.Kind.REGENERATE, [1, 2], 'Shorter')",
    "more": "request_cases(task, task.owner, CaseRequest.Kind.MORE, [1, 2], 'Shorter')",
}
POINTS = {
    "revise": ("analysed", "settled", "section"),
    "regenerate": ("anew",),
    "more": ("more",),
}
SCENES = [
    f"{kind}/{point}:{phase}" for kind, points in POINTS.items() for point in points for phase in PHASES[:2]
]


@pytest.fixture(scope="module")
def scenes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Scene]]]:
    home = tmp_path_factory.mktemp("rounds")
    items = [item for item in request.session.items if item.nodeid.startswith(request.node.nodeid)]
    chosen = [item.callspec.params["name"] for item in items if hasattr(item, "callspec")]
    make_finished(home / "finished")
    for kind in {name.partition("/")[0] for name in chosen}:
        begin_round(home, kind)
    with ThreadPoolExecutor(SCENES_AT_ONCE) as pool:
        yield {name: pool.submit(play, name, home) for name in chosen}


def make_finished(home: Path) -> None:
    """A data folder with a task that the rules engine completed."""
    env = environment(home, NO_MODEL)
    without_model = {name: value for name, value in env.items() if not name.startswith("OPENAI_")}
    home.mkdir()
    (home / "a.md").write_text(TEXT)
    manage(env, "migrate", "--verbosity=0")
    manage(without_model, "generate", str(home / "a.md"), "--to", str(home / "a.json"))


def begin_round(home: Path, kind: str) -> None:
    """Its next round is a model's."""
    shutil.copytree(home / "finished", home / kind)
    env = environment(home / kind, NO_MODEL)
    manage(env, "shell", "--verbosity=0", "--command", f"{BEGIN}{ROUNDS[kind]}")


def play(name: str, home: Path) -> Scene:
    kind, _, crash_at = name.partition("/")
    scene = Scene(home / kind, home / name.replace("/", "-").replace(":", "-"), crash_at)
    return scene.play(lambda scene: scene.begin(crashing=True))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", SCENES)
def test_a_round_whose_worker_died_ends_as_if_it_had_not(name: str, scenes: dict[str, Future[Scene]]):
    scene = scenes[name].result()

    assert (scene.died, scene.has_fired, scene.exit_code) == (-signal.SIGKILL, True, 0), scene.log
    assert (scene.at_end.status, scene.at_end.story["completed"]) == ("completed", 2), scene.log
    assert scene.at_end.events == list(range(1, scene.at_end.seq + 1))
    asked = [name_of(call) for call in scene.asked_again if "wish" not in str(call["messages"][-1])]
    assert len(asked) == len(set(asked))
    if name.startswith("revise"):
        assert_revised(scene, asked, name.partition("/")[2])
    else:
        assert_answered(scene, name)


def assert_revised(scene: Scene, asked: list[str], crash_at: str) -> None:
    """All that was stored stays, and is not asked for again."""
    assert scene.column("SELECT revision FROM generator_task") == [2]
    wrong = (
        "SELECT count(*) FROM generator_requirementitem i"
        " JOIN generator_document d ON d.position = i.document"
        " WHERE d.revision = 2 AND NOT i.obsolete AND substr(d.text, i.start + 1, i.end - i.start) <> i.quote"
    )
    assert scene.column(wrong) == [0]
    assert len(scene.at_end.items) == 7
    assert scene.at_death.story["revised"] == (crash_at not in EARLY)
    assert ("analysing" in asked) == (crash_at == "analysed:before_commit")
    assert len(scene.at_end.titles) == len(set(scene.at_end.titles))


EARLY = {"analysed:before_commit", "analysed:after_commit", "settled:before_commit"}
"""Where the former requirement still stands."""


def assert_answered(scene: Scene, name: str) -> None:
    """Each case got what was asked for once; what was answered is not asked again."""
    assert scene.column("SELECT DISTINCT status FROM generator_caserequest") == ["completed"]
    told = scene.at_end.story
    if name.startswith("regenerate"):
        assert scene.column("SELECT rev FROM generator_case WHERE number < 3") == [2, 2]
        assert (told["case.regenerated"], scene.column("SELECT count(*) FROM generator_caseversion")) == (
            2,
            [2],
        )
        assert len(scene.asked_again) == 2 - scene.at_death.story["case.regenerated"]
    else:
        ended = scene.at_death.story["case.more"] + scene.at_death.story["case.nothing_more"]
        assert told["case.more"] + told["case.nothing_more"] == 2
        assert len(scene.asked_again) == 2 - ended
