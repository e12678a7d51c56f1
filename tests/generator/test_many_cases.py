"""Many cases at once cost no more queries than one, and leave the database to others in between."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generator import editing, rounds
from generator.comparison import Former, compare
from generator.drafts import ItemDraft, SectionDraft, Span
from generator.models import Case
from tests.generator.cast_of_pages import end, write_cases

FEW = 40


@pytest.fixture
def act(api, analysed):
    write_cases(analysed, FEW)

    def act(action, numbers, **wish):
        picks = [number if isinstance(number, dict) else {"key": f"TC-{number:03}"} for number in numbers]
        return api.post(f"/tasks/{analysed.pk}/cases/bulk", {"action": action, "cases": picks, **wish})

    return act


def undo(act, done):
    return act("restore", [{"key": one["key"], "to": one["before"]} for one in done["changed"]])


def queries(call):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = call()
    assert answer.status_code == 200
    return len(captured), answer.json()


@pytest.mark.parametrize(
    ("action", "wish"), [("accept", {}), ("tag", {"tags": ["web"]}), ("delete", {}), ("move", {})]
)
def test_a_selection_and_its_undoing_take_as_many_queries_as_one_case(act, action, wish):
    one, alone = queries(lambda: act(action, [1], **wish))
    one_undone, _ = queries(lambda: undo(act, alone))
    many, done = queries(lambda: act(action, range(1, FEW + 1), **wish))
    many_undone, _ = queries(lambda: undo(act, done))

    assert len(done["changed"]) == FEW
    assert many <= one + 3
    assert many_undone <= one_undone + 3


def test_many_that_move_keep_their_order_and_make_their_way_back(act, analysed):
    before = order(analysed)
    done = act("move", range(2, FEW + 1, 2), section="Locking", before="TC-001").json()

    assert [number for number in order(analysed) if number % 2 == 0] == list(range(2, FEW + 1, 2))
    assert order(analysed)[: FEW // 2] == list(range(2, FEW + 1, 2))
    undo(act, done)
    assert order(analysed) == before


def test_room_for_many_is_made_in_turns(api, analysed):
    write_cases(analysed, 130)
    Case.objects.filter(task=analysed).update(section=None)
    wish = {"action": "move", "cases": [{"key": "TC-130"}, {"key": "TC-129"}], "before": "TC-001"}
    done = api.post(f"/tasks/{analysed.pk}/cases/bulk", wish).json()

    assert order(analysed) == [130, 129, *range(1, 129)]
    assert len({one["key"] for one in done["changed"]}) == len(done["changed"])
    assert analysed.timeline.filter(kind="cases.move").count() == 1


def order(task):
    cases = task.cases.present().order_by("section__position", "position", "number")
    return [case.number for case in cases]


def test_a_case_that_people_drag_about_moves_alone(api, ada, analysed):
    for title in "First", "Second", "Third":
        editing.add_case(analysed, ada, {"title": title})
    for key in "TC-003", "TC-002", "TC-001", "TC-003":
        first = Case.objects.get(task=analysed, number=order(analysed)[0]).key
        wish = {"action": "move", "cases": [{"key": key}], "before": first}
        moved = api.post(f"/tasks/{analysed.pk}/cases/bulk", wish).json()["changed"]
        assert {one["key"] for one in moved} <= {key}
    assert order(analysed) == [3, 1, 2]


def test_to_restore_what_was_never_kept_changes_none_of_many(act, analysed):
    done = act("accept", range(1, FEW + 1)).json()
    picks = [{"key": one["key"], "to": one["before"]} for one in done["changed"]]
    picks[-1]["to"] = 9

    assert act("restore", picks).status_code == 422
    assert not analysed.cases.exclude(review="accepted").exists()


@pytest.mark.timeout(30)
def test_a_long_text_without_headings_is_compared_in_seconds():
    former = [Former(n, f"The red system must accept {n}.", "", str(n), "All") for n in range(3_000)]
    items = [
        ItemDraft(Span(0, n * 50, n * 50 + 40), "", f"The blue system must accept {n}.", label=str(n))
        for n in range(3_000)
    ]
    section = SectionDraft("All", Span(0, 0, 150_000), tuple(items))
    began = time.monotonic()
    comparison = compare(former, [section], {0: ""})

    assert time.monotonic() - began < 10
    assert len(comparison.changed) == 3_000
    assert all(found.draft.text.endswith(f" {n}.") for n, found in comparison.changed.items())


def test_what_no_round_has_read_can_be_retried_after_a_case_was_written_anew(api, ada, analysed):
    analysed.sections.all().delete()
    editing.add_case(analysed, ada, {"title": "By hand"})
    end(analysed, "completed", sections_total=0, sections_done=0)

    assert api.post(f"/tasks/{analysed.pk}/retry").status_code == 202


def test_whoever_asks_for_nothing_special_sends_no_body(api, analysed):
    write_cases(analysed, 2)
    end(analysed, sections_total=2, sections_done=2)

    answer = api.call("POST", f"/tasks/{analysed.pk}/cases/TC-001/regenerate")

    assert answer.status_code == 202, answer.content
    assert analysed.case_requests.get().round == rounds.Plan.of(analysed_now(analysed)).round


def analysed_now(task):
    task.refresh_from_db()
    return task


def test_a_document_that_is_not_there_cannot_be_kept(api, analysed):
    end(analysed)

    for path in "revise", "revise/preview":
        answer = api.post(f"/tasks/{analysed.pk}/{path}", {"keep": [7]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "keep")
