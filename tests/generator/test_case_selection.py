"""Many cases at once: review, tags, place, deletion, and undoing it."""

import json

import pytest

from generator.models import Case
from realtime.models import Event
from tests.generator.cast_of_pages import write_cases


@pytest.fixture
def five(analysed):
    """TC-001 and TC-004 are in “Locking”, the others in “Telling”."""
    write_cases(analysed, 5)
    return analysed


@pytest.fixture
def act(api, five):
    def act(action, *cases, **wish):
        picks = [case if isinstance(case, dict) else {"key": case} for case in cases]
        return api.post(f"/tasks/{five.pk}/cases/bulk", {"action": action, "cases": picks, **wish})

    return act


def undo(act, done):
    return act(
        "restore", *({"key": one["key"], "rev": one["rev"], "to": one["before"]} for one in done["changed"])
    )


def standing(task):
    """The task's keys by section, as they stand."""
    cases = task.cases.present().order_by("section__position", "position", "number")
    return [f"{case.section.title[0]}{case.number}" for case in cases]


def fields(response):
    assert response.status_code == 422
    return [error["field"] for error in response.json()["errors"]]


@pytest.mark.parametrize(("action", "review"), [("accept", "accepted"), ("reject", "rejected")])
def test_a_selection_is_reviewed_and_undone(act, five, action, review):
    done = act(action, "TC-001", "TC-003").json()

    assert (done["matched"], done["stale"]) == (2, [])
    assert done["changed"][0] == {"key": "TC-001", "before": 1, "rev": 2}
    assert [case.review for case in five.cases.order_by("number")][:3] == [review, "draft", review]
    assert undo(act, done).json()["stale"] == []
    assert not five.cases.exclude(review="draft", edited=False).exists()


def test_what_is_so_already_gets_no_new_rev(act):
    act("accept", "TC-001")

    assert act("accept", "TC-001").json() == {"matched": 1, "changed": [], "stale": []}


def test_a_case_that_moved_on_is_left_and_named(api, act, five):
    api.patch(f"/tasks/{five.pk}/cases/TC-001", {"rev": 1, "title": "Somebody's"})

    done = act("accept", {"key": "TC-001", "rev": 1}, {"key": "TC-002", "rev": 1}, "TC-999").json()

    assert (done["matched"], done["stale"]) == (1, ["TC-001", "TC-999"])
    assert Case.objects.get(task=five, number=1).review == "draft"


def test_undoing_never_takes_away_what_somebody_wrote_since(api, act, five):
    done = act("reject", "TC-001").json()
    api.patch(f"/tasks/{five.pk}/cases/TC-001", {"rev": 2, "title": "Somebody's"})

    assert undo(act, done).json()["stale"] == ["TC-001"]
    assert Case.objects.get(task=five, number=1).title == "Somebody's"


def test_tags_come_and_go(act, five):
    act("tag", "TC-001", tags=["smoke", "web"])
    act("tag", "TC-001", "TC-002", tags=["web", "ios"])
    act("untag", "TC-001", tags=["smoke"])

    assert [case.tags for case in five.cases.order_by("number")][:2] == [["web", "ios"]] * 2


def test_deleted_cases_come_back(act, five):
    done = act("delete", "TC-001", "TC-002").json()
    five.refresh_from_db()
    assert five.cases_count == 3

    undo(act, done)

    five.refresh_from_db()
    assert five.cases_count == 5


@pytest.mark.parametrize(
    ("moved", "wish", "order"),
    [
        (["TC-005"], {"before": "TC-002"}, "L1 L4 T5 T2 T3"),
        (["TC-002"], {"before": "TC-005"}, "L1 L4 T3 T2 T5"),
        (["TC-002"], {}, "L1 L4 T3 T5 T2"),
        (["TC-003", "TC-002"], {}, "L1 L4 T5 T3 T2"),
        (["TC-002", "TC-005"], {"section": "Locking", "before": "TC-004"}, "L1 L2 L5 L4 T3"),
        (["TC-001"], {"section": "Telling"}, "L4 T2 T3 T5 T1"),
        (["TC-001"], {"section": "Telling", "before": "TC-002"}, "L4 T1 T2 T3 T5"),
    ],
)
def test_cases_are_moved_and_moving_is_undone(act, five, moved, wish, order):
    before = standing(five)
    done = act("move", *moved, **wish).json()

    assert standing(five) == order.split()
    assert undo(act, done).json()["stale"] == []
    assert standing(five) == before


def test_a_case_before_itself_stays(act):
    assert act("move", "TC-002", before="TC-002").json()["changed"] == []


def test_few_make_room(act):
    changed = act("move", "TC-002", before="TC-005").json()["changed"]

    assert {one["key"] for one in changed} <= {"TC-002", "TC-003"}


def test_everybody_hears_of_each_case_and_the_timeline_tells_once(ada, act, five):
    act("accept", "TC-001", "TC-002")

    frames = [json.loads(event.frame) for event in Event.objects.filter(user=ada)]
    heard = [frame["case"]["review"] for frame in frames if frame["type"] == "case.updated"]
    assert heard == ["accepted", "accepted"]
    assert [entry.detail["count"] for entry in five.timeline.filter(kind="cases.accept")] == [2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "praise"}, "action"),
        ({"cases": []}, "cases"),
        ({"cases": [{"key": "7"}]}, "cases"),
        ({"cases": [{"key": "TC-001", "rev": "1"}]}, "cases.0.rev"),
        ({"action": "restore"}, "cases"),
        ({"action": "restore", "cases": [{"key": "TC-001", "to": 7}]}, "rev"),
        ({"action": "tag"}, "tags"),
        ({"action": "move", "before": "TC-004", "section": "Telling"}, "before"),
        ({"action": "move", "section": "Nowhere"}, "section"),
    ],
)
def test_a_bad_wish_names_its_field_and_changes_nothing(api, five, body, field):
    wish = {"action": "accept", "cases": [{"key": "TC-001"}], **body}

    assert fields(api.post(f"/tasks/{five.pk}/cases/bulk", wish)) == [field]
    assert not five.cases.exclude(rev=1).exists()


def test_an_outsider_finds_nothing_and_who_may_look_changes_nothing(bob_api, bob, five):
    wish = {"action": "accept", "cases": [{"key": "TC-001"}]}
    assert bob_api.post(f"/tasks/{five.pk}/cases/bulk", wish).status_code == 404

    five.members.create(user=bob, role="view")

    assert bob_api.post(f"/tasks/{five.pk}/cases/bulk", wish).status_code == 403
