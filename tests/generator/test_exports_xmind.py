import io
import json
import zipfile

import pytest
import xmindparser

from core.text import UNFIT
from generator.editing import add_case
from generator.exports import export
from generator.payloads import case_payload
from tests.generator.hostile import write_hostile_case


@pytest.fixture
def opened(tmp_path):
    """Reads an export as XMind Zen does, or as XMind 8 does: without the JSON beside it."""

    def open_map(task, without=()):
        whole = zipfile.ZipFile(io.BytesIO(export(task, "xmind").content))
        path = tmp_path / "cases.xmind"
        with zipfile.ZipFile(path, "w") as kept:
            for name in whole.namelist():
                if name not in without:
                    kept.writestr(name, whole.read(name))
        (sheet,) = xmindparser.xmind_to_dict(str(path))
        return sheet["topic"]

    return open_map


@pytest.mark.parametrize("without", [(), ("content.json",)])
def test_a_map_has_sections_cases_and_what_they_say(analysed, ada, opened, without):
    step = {"action": "Try", "expected": "Refused"}
    facts = {"preconditions": ["Signed in", "Five tries"], "data": "abc", "priority": "P1", "tags": ["smoke"]}
    add_case(analysed, ada, {"title": "Sixth try", "requirements": ["R1"], "steps": [step], **facts})
    add_case(analysed, ada, {"title": "No section"})

    root = opened(analysed, without)

    locking, other = root["topics"]
    (case,) = locking["topics"]
    assert (root["title"], locking["title"], other["title"]) == ("Passwords", "Locking", "Other cases")
    assert case["title"] == "Sixth try"
    assert case.get("makers", case.get("markers")) == ["priority-2"]
    assert case["labels"] == ["TC-001", "Functional", "Scenario", "Positive", "Draft", "R1", "smoke"]
    said = [(topic["title"], [child["title"] for child in topic["topics"]]) for topic in case["topics"]]
    assert said == [("Preconditions", ["Signed in", "Five tries"]), ("Data", ["abc"]), ("Try", ["Refused"])]


@pytest.mark.parametrize("without", [(), ("content.json",)])
def test_hostile_text_stays_text(analysed, ada, opened, without):
    case = case_payload(write_hostile_case(analysed, ada))

    topic = opened(analysed, without)["topics"][0]["topics"][0]

    assert topic["title"] == case["title"]
    actions = [child["title"] for child in topic["topics"][2:]]
    assert actions == [UNFIT.sub("", step["action"]) for step in case["steps"]]


def test_the_archive_lists_itself_and_names_each_topic_once(analysed, ada):
    write_hostile_case(analysed, ada)
    archive = zipfile.ZipFile(io.BytesIO(export(analysed, "xmind").content))

    listed = json.loads(archive.read("manifest.json"))["file-entries"]
    assert {"content.json", "metadata.json", "manifest.json"} <= set(listed)
    assert set(listed) <= set(archive.namelist())

    (sheet,) = json.loads(archive.read("content.json"))
    ids = []

    def collect(topic):
        ids.append(topic["id"])
        for child in topic.get("children", {}).get("attached", []):
            collect(child)

    collect(sheet["rootTopic"])
    assert len(ids) == len(set(ids))
    assert json.loads(archive.read("metadata.json"))["activeSheetId"] == sheet["id"]


def test_the_same_cases_make_the_same_file(analysed, ada):
    write_hostile_case(analysed, ada)

    assert export(analysed, "xmind").content == export(analysed, "xmind").content
