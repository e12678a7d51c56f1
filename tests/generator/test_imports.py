"""Our own exports come back, as they were or edited."""

import json

import pytest
from django.utils import translation

from generator import editing
from generator.editing import add_case, update_case
from generator.exports import export
from generator.models import Case, CaseVersion, Task
from generator.payloads import case_payload
from realtime.models import Event
from tests.generator.files_of_cases import BACK, bring, edited, exported, named, outcome, with_map
from tests.generator.hostile import write_hostile_case


@pytest.fixture
def filled(analysed, ada):
    """TC-001 is hostile to every format, TC-002 is plain, TC-003 says next to nothing."""
    write_hostile_case(analysed, ada)
    steps = [{"action": "Wait\n\nlonger", "expected": ""}, {"action": "Try", "expected": "Refused"}]
    add_case(
        analysed,
        ada,
        {"title": "Plain", "requirements": ["R2"], "steps": steps, "data": "abc", "review": "accepted"},
    )
    add_case(analysed, ada, {"title": "空"})
    return analysed


def contents(task):
    return [case_payload(case) for case in task.cases.order_by("number").with_relations()]


def told(user):
    frames = (json.loads(event.frame) for event in Event.objects.filter(user=user).order_by("seq"))
    return [
        (frame["type"], frame.get("case", {}).get("key"))
        for frame in frames
        if frame["type"].startswith("case.")
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("format", BACK)
def test_an_import_of_an_export_changes_nothing(api, ada, filled, format, language):
    before, heard = contents(filled), told(ada)
    with translation.override(language):
        file = exported(filled, format)

    response = bring(api, filled, file)

    assert outcome(response) == (0, 0, 3, [])
    assert response.status_code == 200
    assert contents(filled) == before
    assert told(ada) == heard
    assert not CaseVersion.objects.exists()


@pytest.mark.parametrize("format", BACK)
def test_an_edit_in_the_file_changes_just_that_case(api, ada, filled, format):
    before = contents(filled)

    response = bring(api, filled, edited(filled, format, "TC-002", "title", "改过的标题"))

    first, second, third = contents(filled)
    assert outcome(response) == (0, 1, 2, [])
    assert (first, third) == (before[0], before[2])
    assert second == {**before[1], "title": "改过的标题", "rev": 2, "edited": True}
    assert told(ada)[-1] == ("case.updated", "TC-002")
    assert CaseVersion.objects.get().content["title"] == "Plain"


@pytest.mark.parametrize("format", BACK)
def test_an_edit_of_a_hostile_case_keeps_the_rest_of_it(api, filled, format):
    before = contents(filled)[0]

    bring(api, filled, edited(filled, format, "TC-001", "data", "=2+2"))

    assert contents(filled)[0] == {**before, "data": "=2+2", "rev": 2, "edited": True}


@pytest.mark.parametrize("format", BACK)
def test_what_changed_since_the_file_was_written_is_not_overwritten(api, ada, filled, format):
    file = edited(filled, format, "TC-002", "title", "Mine")
    update_case(filled, ada, 2, 1, {"title": "Theirs"})

    created, updated, unchanged, (problem,) = outcome(bring(api, filled, file))

    assert (created, updated, unchanged) == (0, 0, 2)
    assert "TC-002 was changed since the file was written" in problem
    assert contents(filled)[1]["title"] == "Theirs"


@pytest.mark.parametrize("format", BACK)
def test_what_moved_on_while_nobody_edited_its_row_is_no_problem(api, ada, filled, format):
    file = edited(filled, format, "TC-002", "title", "Mine")
    update_case(filled, ada, 1, 1, {"title": "Theirs"})

    assert outcome(bring(api, filled, file)) == (0, 1, 2, [])
    assert [case["title"] for case in contents(filled)] == ["Theirs", "Mine", "空"]


@pytest.mark.parametrize("format", ["xlsx", "xmind", "json"])
def test_a_case_of_another_task_is_new_here(api, ada, filled, task_of_bob, format):
    """A CSV does not say whose it is."""
    file = exported(task_of_bob, format)

    created, updated, _unchanged, _problems = outcome(bring(api, filled, file))

    assert (created, updated) == (1, 0)
    assert (contents(filled)[3]["key"], contents(filled)[3]["title"]) == ("TC-004", "Bob's")


@pytest.fixture
def task_of_bob(bob):
    task = Task.objects.create(owner=bob, title="Bob's task", requirement="x")
    add_case(task, bob, {"title": "Bob's", "steps": [{"action": "a", "expected": "b"}]})
    return task


def test_a_csv_of_another_task_does_not_overwrite_this_ones_cases(api, ada, filled, task_of_bob):
    before = contents(filled)
    for number in range(3):
        steps = [{"action": f"Elsewhere {number}", "expected": ""}]
        add_case(task_of_bob, ada, {"title": f"Other {number}", "steps": steps})

    created, updated, _unchanged, _problems = outcome(bring(api, filled, exported(task_of_bob, "csv")))

    assert created == task_of_bob.cases.count()
    assert updated == 0
    assert contents(filled)[:3] == before


@pytest.mark.parametrize("format", BACK)
def test_a_deleted_case_does_not_come_back_by_a_file(api, ada, filled, format):
    file = exported(filled, format)
    editing.delete_case(filled, ada, 3)

    _created, _updated, unchanged, (problem,) = outcome(bring(api, filled, file))

    assert unchanged == 2
    assert "TC-003 was deleted" in problem
    assert filled.cases.present().count() == 2


def test_a_new_row_is_a_case_of_the_person_and_the_same_again_is_none(api, ada, filled):
    new = {
        "title": "New",
        "section": "Telling",
        "requirements": ["R2"],
        "steps": [{"action": "a", "expected": "b"}],
    }
    file = json.dumps({"cases": [new]})

    response = bring(api, filled, named("new.json", file))

    made = contents(filled)[3]
    assert response.status_code == 201
    assert (made["key"], made["source"], made["section"], made["requirements"]) == (
        "TC-004",
        "person",
        "Telling",
        ["R2"],
    )
    assert told(ada)[-1] == ("case.created", "TC-004")
    assert api.get(f"/tasks/{filled.pk}").json()["cases_count"] == 4
    assert outcome(bring(api, filled, named("new.json", file))) == (0, 0, 1, [])


def test_the_timeline_says_who_imported_what(api, filled):
    bring(api, filled, edited(filled, "json", "TC-002", "title", "Mine"))

    entry = api.get(f"/tasks/{filled.pk}/events").json()[-1]
    assert entry["text"] == "ada imported cases.json: 0 new, 1 changed"
    assert entry["kind"] == "cases.imported"


def test_a_bad_row_is_named_and_the_others_come_in(api, filled):
    cases = [
        {"title": ""},
        {"title": "Good", "section": "Nowhere", "requirements": ["R1", "R9"]},
        {"title": "Big", "data": "x" * 21_000},
        {"title": "x", "steps": [{"action": ""}]},
    ]

    created, _updated, _unchanged, problems = outcome(bring(api, filled, named("c.json", json.dumps(cases))))

    assert created == 1
    assert [message.split(":")[0] for message in problems] == [
        "Case 1",
        "Case 2",
        "Case 2",
        "Case 3",
        "Case 4",
    ]
    assert "steps.0.action" in problems[-1]
    made = Case.objects.get(title="Good")
    assert (made.requirement_keys, made.section.title) == (["R1"], "Locking")


def test_a_key_that_is_twice_in_the_file_counts_once(api, filled):
    cases = [{"key": "TC-002", "title": "One"}, {"key": "TC-002", "title": "Two"}]

    _created, updated, _unchanged, (problem,) = outcome(
        bring(api, filled, named("c.json", json.dumps(cases)))
    )

    assert updated == 1
    assert "TC-002 is in the file twice" in problem
    assert contents(filled)[1]["title"] == "One"


def test_a_topic_copied_in_xmind_is_a_new_case(api, filled):
    def copy(root):
        section = next(topic for topic in root["children"]["attached"] if topic["title"] == "Telling")
        (case,) = section["children"]["attached"]
        section["children"]["attached"].append({**case, "id": "made-by-xmind", "title": "A copy"})

    file = named("cases.xmind", with_map(export(filled, "xmind").content, copy))

    assert outcome(bring(api, filled, file)) == (1, 0, 3, [])
    made = contents(filled)[3]
    assert (made["title"], made["section"], made["steps"]) == (
        "A copy",
        "Telling",
        contents(filled)[1]["steps"],
    )
