"""Working with cases on pages, with and without scripts: forms, conflicts, history, many at once."""

import pytest

from generator.editing import delete_case, update_case
from generator.models import Case

HTMX = {"HX-Request": "true"}


def at(task, part="TC-001/"):
    return f"/tasks/{task.pk}/cases/{part}"


def typed(rev=1, **changes):
    """The form of TC-001 as a browser sends it."""
    facts = {
        "title": "Case number 1",
        "section": "Locking",
        "requirements": "R1",
        "priority": "P2",
        "type": "functional",
        "technique": "scenario",
        "polarity": "positive",
        "review": "draft",
        "precondition": ["Ready", ""],
        "action": ["Do <it>", ""],
        "expected": ["It is done", ""],
        "data": "",
        "tags": "",
    }
    return {"rev": rev, **facts, **changes}


def now(task, number=1):
    return Case.objects.get(task=task, number=number)


def test_the_form_shows_the_case_as_it_is(page, ended_task):
    html = page.get(at(ended_task)).text

    assert "Do &lt;it&gt;" in html
    assert 'name="rev" value="1"' in html
    assert "hx-post" not in html.split("data-case-form")[0].split("case-form stack")[1]
    assert "<!doctype html>" not in page.get(at(ended_task), headers=HTMX).text


def test_a_case_is_edited_without_scripts(page, ended_task):
    sent = typed(
        title="Fifth try", tags="smoke, web", action=["Try\r\nagain", "Look"], expected=["No", "Locked"]
    )
    answer = page.post(at(ended_task), sent)

    case = now(ended_task)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tasks/{ended_task.pk}/#TC-001")
    assert (case.title, case.tags, case.rev, case.edited) == ("Fifth try", ["smoke", "web"], 2, True)
    assert case.steps[0] == {"action": "Try\nagain", "expected": "No"}
    assert case.preconditions == ["Ready"]


def test_what_was_not_touched_is_no_change(page, ended_task):
    tags = ["one, with a comma"]
    Case.objects.filter(task=ended_task, number=1).update(tags=tags)

    page.post(at(ended_task), typed(tags="one, with a comma"))
    assert now(ended_task).rev == 1
    page.post(at(ended_task), typed(tags="one, with a comma", title="Other"))

    assert (now(ended_task).tags, now(ended_task).rev) == (tags, 2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "Title"),
        ({"requirements": "R1 R99"}, "R99"),
        ({"expected": ["", "Lonely"]}, "Steps"),
        ({"tags": "x" * 51}, "Tags"),
        ({"rev": ""}, "rev"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_form_says_why_and_keeps_what_was_typed(page, ended_task, change, told, headers):
    answer = page.post(at(ended_task), typed(data="Typed by hand", **change), headers=headers)

    assert answer.status_code == 422
    assert told in answer.text.split('role="alert"')[1].split("</ul>")[0]
    assert "Typed by hand" in answer.text
    assert now(ended_task).rev == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_two_changes_of_one_field_are_shown_side_by_side(page, bob, ended_task, headers):
    update_case(ended_task, bob, 1, 1, {"title": "Bob's", "priority": "P0"})

    answer = page.post(at(ended_task), typed(title="Ada's", data="Only ada's"), headers=headers)

    assert answer.status_code == 409
    sides = answer.text.split("data-conflict")[1]
    assert "bob changed this case" in sides
    assert "Bob&#x27;s" in sides.split('data-side="theirs">')[1]
    assert "Ada&#x27;s" in sides.split('data-side="mine">')[1]
    assert 'name="rev" value="2"' in answer.text
    assert '<option value="P0" selected>' in answer.text
    assert now(ended_task).title == "Bob's"


def test_mine_is_kept_as_a_new_write_and_theirs_stays_in_the_history(page, bob, ended_task):
    update_case(ended_task, bob, 1, 1, {"title": "Bob's"})
    page.post(at(ended_task), typed(title="Ada's"))

    page.post(at(ended_task), typed(rev=2, title="Ada's"))

    assert (now(ended_task).title, now(ended_task).rev) == ("Ada's", 3)
    assert [version.content["title"] for version in now(ended_task).versions.all()] == [
        "Bob's",
        "Case number 1",
    ]


@pytest.mark.parametrize("theirs", [{"review": "accepted"}, {"position": 9}])
def test_who_only_reviewed_or_moved_it_is_in_nobodys_way(page, bob, ended_task, theirs):
    update_case(ended_task, bob, 1, 1, theirs)

    assert page.post(at(ended_task), typed(title="Ada's")).status_code == 303
    case = now(ended_task)
    assert case.title == "Ada's"
    assert {name: getattr(case, name) for name in theirs} == theirs


def test_what_was_typed_outlives_the_deletion_of_its_case(page, bob, ended_task):
    delete_case(ended_task, bob, 1)
    answer = page.post(at(ended_task), typed(title="Ada's"))
    assert answer.status_code == 409
    assert "bob deleted this case" in answer.text
    assert "Ada&#x27;s" in answer.text

    assert page.post(at(ended_task), typed(title="Ada's", bring_back="yes")).status_code == 303

    assert (now(ended_task).title, now(ended_task).deleted_at) == ("Ada's", None)


def test_a_case_is_written_by_hand(page, ended_task):
    sent = typed(title="By hand", section="", requirements="R2, R3", precondition=["One", "Two"])
    del sent["rev"]
    page.post(at(ended_task, "new/"), sent)

    case = now(ended_task, 4)
    assert (case.title, case.source, case.requirement_keys) == ("By hand", "person", ["R2", "R3"])
    assert case.section.title == "Telling"


def test_the_history_tells_who_changed_what_and_restores_it(page, bob, ended_task):
    update_case(ended_task, bob, 1, 1, {"title": "Bob's"})

    html = page.get(at(ended_task, "TC-001/history/")).text
    assert "<b>bob</b>" in html
    assert "<del>Case number 1</del> <ins>Bob&#x27;s</ins>" in html
    page.post(at(ended_task, "TC-001/history/"), {"rev": 1})

    assert (now(ended_task).title, now(ended_task).rev) == ("Case number 1", 3)


def test_deleted_cases_are_listed(page, bob, ended_task):
    delete_case(ended_task, bob, 2)

    assert "TC-002" in page.get(at(ended_task, "deleted/")).text


@pytest.mark.parametrize(
    ("sent", "reviews"),
    [
        ({"action": "accept", "keys": ["TC-001", "TC-003"]}, ["accepted", "draft", "accepted"]),
        ({"reject": "TC-002", "keys": ["TC-001"]}, ["draft", "rejected", "draft"]),
    ],
)
def test_cases_are_reviewed_without_scripts(page, ended_task, sent, reviews):
    assert page.post(at(ended_task, "bulk/"), sent).headers["Location"] == f"/tasks/{ended_task.pk}/"

    assert [case.review for case in ended_task.cases.order_by("number")] == reviews


def test_cases_are_tagged_without_scripts(page, ended_task):
    page.post(at(ended_task, "bulk/"), {"action": "tag", "keys": ["TC-001"], "tags": "smoke， web, "})

    assert now(ended_task).tags == ["smoke", "web"]
    assert '<span class="chip chip--tag">smoke</span>' in page.get(f"/tasks/{ended_task.pk}/").text


@pytest.mark.parametrize("part", ["TC-001/", "TC-001/history/", "new/", "deleted/"])
def test_an_outsider_finds_nothing(client, bob, ended_task, part):
    client.force_login(bob)

    assert client.get(at(ended_task, part)).status_code == 404


@pytest.mark.parametrize("part", ["TC-001/", "TC-001/history/", "new/", "bulk/"])
def test_who_may_only_look_changes_nothing(client, bob, ended_task, part):
    ended_task.members.create(user=bob, role="view")
    client.force_login(bob)

    assert client.post(at(ended_task, part), typed(title="Bob's", action="delete")).status_code == 403


@pytest.mark.parametrize("part", ["TC-009/", "nonsense/", "TC-009/history/"])
def test_an_unknown_case_is_absent(page, ended_task, part):
    assert page.get(at(ended_task, part)).status_code == 404
