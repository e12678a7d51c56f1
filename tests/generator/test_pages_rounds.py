"""The pages of rounds, with and without scripts."""

import pytest

from generator.models import Case, Task
from generator.rounds import Plan

CHANGED = "Lock the account after 3 wrong passwords. Mail the owner. Show an error."
HTMX = {"HX-Request": "true"}


def at(task, part=""):
    return f"/tasks/{task.pk}/{part}"


def test_the_page_of_a_revision_shows_the_text_as_it_is(page, ended_task):
    html = page.get(at(ended_task, "revise/")).text

    assert "Lock the account after 5 wrong passwords." in html
    assert 'name="keep"' not in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_preview_shows_word_by_word_what_changes(page, ended_task, headers):
    html = page.post(at(ended_task, "revise/preview/"), {"requirement": CHANGED}, headers=headers).text

    assert "<ins>" in html
    assert ("<!doctype html>" in html) == (not headers)
    ended_task.refresh_from_db()
    assert (ended_task.status, ended_task.round) == (Task.Status.COMPLETED, 1)


def test_the_preview_marks_in_chinese_what_changes_and_not_its_whole_sentence(page, ended_task):
    text = "会话在闲置30分钟后必须结束。"
    ended_task.documents.update(text=text)
    ended_task.items.exclude(number=1).delete()
    ended_task.items.update(start=0, end=len(text), quote=text, text=text)
    changed = {"requirement": text.replace("30", "45")}

    html = page.post(at(ended_task, "revise/preview/"), changed, headers=HTMX).text

    assert "会话在闲置<del>30</del><ins>45</ins>分钟后必须结束" in html


def test_a_revision_begins_without_scripts_and_leads_to_the_task(page, ended_task):
    answer = page.post(at(ended_task, "revise/"), {"requirement": CHANGED})

    ended_task.refresh_from_db()
    assert answer.headers["Location"] == at(ended_task)
    assert (ended_task.status, Plan.of(ended_task).kind) == (Task.Status.PENDING, "revise")
    assert "5 wrong" in ended_task.requirement


@pytest.mark.parametrize(("typed", "headers"), [("", {}), ("", HTMX)])
def test_a_refused_revision_says_why(page, ended_task, typed, headers):
    answer = page.post(at(ended_task, "revise/"), {"requirement": typed}, headers=headers)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("kind", ["regenerate", "more"])
def test_picked_cases_are_asked_for(page, ended_task, kind):
    picked = {"keys": ["TC-001", "TC-003"], "instruction": "Shorter", "kind": kind}
    page.post(at(ended_task, "cases/again/"), picked)

    requests = list(ended_task.case_requests.order_by("case__number"))
    ended_task.refresh_from_db()
    assert [(one.case.key, one.kind, one.instruction) for one in requests] == [
        ("TC-001", kind, "Shorter"),
        ("TC-003", kind, "Shorter"),
    ]
    assert ended_task.status == Task.Status.PENDING


def test_merged_cases_are_not_asked_for(page, ended_task):
    Case.objects.filter(task=ended_task).update(obsolete=True)
    answer = page.post(at(ended_task, "cases/again/"), {"keys": ["TC-001"], "kind": "more"}, headers=HTMX)

    assert "neither merged nor obsolete" in answer.text
    assert not ended_task.case_requests.exists()


def test_the_panel_tells_how_good_the_cases_are(page, ended_task):
    html = page.get(at(ended_task, "quality/")).text

    assert "100%" in html
    assert "Scenario 3" in html


def test_flags_are_told_in_words(page, ended_task):
    Case.objects.filter(task=ended_task, number=1).update(flags=["outdated"])

    assert "its requirement has changed" in page.get(at(ended_task)).text


@pytest.mark.parametrize("part", ["revise/", "quality/"])
def test_an_outsider_finds_nothing(client, bob, ended_task, part):
    client.force_login(bob)

    assert client.get(at(ended_task, part)).status_code == 404


@pytest.mark.parametrize("part", ["revise/", "revise/preview/", "cases/again/"])
def test_who_may_only_look_changes_nothing(client, bob, ended_task, part):
    ended_task.members.create(user=bob, role="view")
    client.force_login(bob)

    assert client.post(at(ended_task, part), {"requirement": CHANGED}).status_code == 403
