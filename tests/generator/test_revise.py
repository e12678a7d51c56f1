"""A changed requirement costs its changes only, and nobody's work on the rest is lost."""

import pytest
from channels.db import database_sync_to_async as in_thread

from generator import editing
from generator.comparison import Former, compare
from generator.models import Task
from generator.pipeline.statements import extract
from generator.services import retry_task
from tests.endpoint import scripted_endpoint  # noqa: F401
from tests.generator.rounds_cast import (
    ended,
    forty,
    generated,
    known,
    revised,
    scripted_model,  # noqa: F401
    spans_are_exact,
    story,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

TWO_CHANGED = {
    "orders": [(4, "The orders page must show the column colour in bold letters.")],
    "reports": [(9, "The reports page must show the column rating as 5 stars.")],
}


def edit_every_case(task):
    """All that people may do to a case: half are edited, every third is accepted."""
    for case in task.cases.order_by("number"):
        changes = {"title": f"Edited {case.key}"} if case.number % 2 else {}
        changes |= {"review": "accepted"} if case.number % 3 == 0 else {}
        if changes:
            editing.update_case(task, task.owner, case.number, case.rev, changes)
    return contents(task)


def contents(task):
    """Everything of each case, by its items."""
    cases = task.cases.with_relations()
    return {
        case.key: (case.requirement_keys, case.title, case.review, case.rev, case.flags) for case in cases
    }


def reviews_in_history(task, number):
    return [version.content["review"] for version in editing.history(task, number)]


async def test_revising_two_of_forty_items_costs_calls_for_those_two_only(ada, modelled):
    task = await generated(ada, forty())
    before = await in_thread(edit_every_case)(task)
    paid = len(modelled.bodies)
    task = await revised(ada, task, forty(**TWO_CHANGED))

    calls = [known(body) for body in modelled.bodies[paid:]]
    asked = sorted(item["key"] for call in calls for item in call.get("items", ()))
    read = [candidate["text"] for call in calls for candidate in call.get("candidates", ())]
    assert task.status == Task.Status.COMPLETED
    assert asked == ["R14", "R39"]
    assert len(read) == 2
    after = await in_thread(contents)(task)
    others = {key for key, (items, *_) in before.items() if not {"R14", "R39"} & set(items)}
    assert {key: after[key] for key in others} == {key: before[key] for key in others}
    assert await in_thread(spans_are_exact)(task)
    assert (await story(task))["revised"] == {
        "unchanged": 38,
        "changed": 2,
        "added": 0,
        "removed": 0,
        "outdated": 4,
        "obsolete": 0,
    }


async def test_work_on_cases_of_a_changed_item_stays_and_wants_another_look(ada, modelled):
    task = await generated(ada, forty())
    of_item = [case.number async for case in task.cases.filter(items__number=14).order_by("number")]
    review = {"review": "accepted"}
    await in_thread(editing.update_case)(task, ada, of_item[0], 1, review)
    task = await revised(ada, task, forty(**TWO_CHANGED))

    kept = await task.cases.aget(number=of_item[0])
    other = await task.cases.aget(number=of_item[1])
    assert (kept.review, kept.flags, kept.obsolete) == ("draft", ["outdated", "was-accepted"], False)
    assert other.obsolete
    fresh = task.cases.standing().filter(items__number=14).exclude(number=kept.number)
    assert await fresh.acount() > 0
    versions = await in_thread(reviews_in_history)(task, kept.number)
    assert versions[0] == "accepted"
    again = await in_thread(editing.update_case)(task, ada, kept.number, kept.rev, review)
    assert (again.review, again.flags) == ("accepted", [])


async def test_cases_of_a_removed_item_are_obsolete_unless_they_test_another(ada, modelled):
    task = await generated(ada, forty())
    first, second = [case async for case in task.cases.filter(items__number=1).order_by("number")][:2]
    keys = {"requirements": ["R1", "R2"]}
    await in_thread(editing.update_case)(task, ada, second.number, second.rev, keys)
    paid = len(modelled.bodies)
    task = await revised(ada, task, forty(names=[(1, "")]))

    await first.arefresh_from_db()
    await second.arefresh_from_db()
    assert (first.obsolete, second.obsolete) == (True, False)
    assert len(modelled.bodies) == paid
    assert await task.items.filter(obsolete=True, number=1).aexists()
    assert task.cases_count == await task.cases.standing().acount()


async def test_what_moves_is_renumbered_or_wrapped_is_unchanged(ada, modelled):
    task = await generated(ada, forty())
    before = await in_thread(contents)(task)
    text = forty().replace("must show the column price", "must show\n   the column  price")
    last = text.index("# Payments")
    turned = f"# Preface of the document\n\nVersion 2.\n\n{text[last:]}{text[:last]}"
    turned = turned.replace("\n10. ", "\n11. ")
    paid = len(modelled.bodies)
    task = await revised(ada, task, turned)

    told = (await story(task))["revised"]
    assert (told["changed"], told["removed"], told["unchanged"]) == (0, 0, 40)
    assert {key: facts for key, facts in (await in_thread(contents)(task)).items() if key in before} == before
    assert await in_thread(spans_are_exact)(task)
    assert all("R41" in str(known(body)) or "Version" in str(known(body)) for body in modelled.bodies[paid:])


async def test_a_new_item_gets_the_next_key_and_cases_of_its_own(ada):
    task = await generated(ada, "1. The page must show the owner.\n2. The page must refuse a guest.")
    task = await revised(
        ada,
        task,
        "1. The field must accept at most 20 characters.\n2. The page must show the owner.\n"
        "3. The page must refuse a guest.",
    )

    keys = [item.key async for item in task.items.current()]
    assert keys == ["R3", "R1", "R2"]
    assert await task.cases.standing().filter(items__number=3).acount() >= 3
    assert await task.items.filter(is_written=False).acount() == 0


async def test_a_revision_that_fails_leaves_what_was_and_retry_goes_on(ada, modelled):
    task = await generated(ada, forty())
    before = await in_thread(contents)(task)
    modelled.refuse_with(401, times=None)
    task = await revised(ada, task, forty(**TWO_CHANGED))
    assert (task.status, task.error_code, task.revision) == (Task.Status.FAILED, "authentication", 1)
    assert await in_thread(contents)(task) == before
    assert "bold" not in task.requirement

    modelled.clear()
    await in_thread(retry_task)(task, ada)
    task = await ended(task)
    assert (task.status, task.revision) == (Task.Status.COMPLETED, 2)
    assert "bold" in task.requirement


async def test_the_preview_asks_no_model_and_says_what_the_round_then_does(ada, api, modelled):
    task = await generated(ada, forty())
    paid = len(modelled.bodies)
    text = forty(names=[(2, "")], **TWO_CHANGED) + "\n11. The report must be sent within 5 minutes."
    told = await in_thread(api.post)(f"/tasks/{task.pk}/revise/preview", {"requirement": text})
    assert len(modelled.bodies) == paid
    said = told.json()
    assert [one["key"] for one in said["changed"]] == ["R14", "R39"]
    assert [one["key"] for one in said["removed"]] == ["R2"]
    assert (said["unchanged"], len(said["added"])) == (37, 1)

    answer = await in_thread(api.post)(f"/tasks/{task.pk}/revise", {"requirement": text})
    await ended(task)
    asked = [known(body) for body in modelled.bodies[paid:]]
    assert answer.status_code == 202
    assert len([call for call in asked if not call.get("gaps")]) == said["calls"]
    assert said["cost"] > 0


@pytest.mark.parametrize(("before", "after"), [("a-z", "A-Z"), ("-5", "5"), ("3.0", "30")])
def test_what_only_a_letters_case_a_sign_or_a_point_tells_apart_is_changed(before, after):
    statement = "The field must accept {}"
    former = Former(1, statement.format(before), statement.format(before), "", "")
    (now,) = extract(statement.format(after), 0)

    found = compare([former], [now], {0: statement.format(after)})

    assert (list(found.kept), list(found.changed)) == ([], [1])


def test_a_task_that_runs_is_not_revised(api, task):
    answer = api.post(f"/tasks/{task.pk}/revise", {"requirement": "1. The page must show the owner."})

    assert answer.status_code == 409


def test_an_empty_revision_is_refused(api, task):
    assert api.post(f"/tasks/{task.pk}/revise", {"requirement": " "}).status_code == 422
    assert api.post(f"/tasks/{task.pk}/revise", {"requirement": "a", "title": "b"}).status_code == 422
    assert api.post(f"/tasks/{task.pk}/revise/preview", {"keep": ["x"]}).status_code == 422


@pytest.mark.parametrize("path", ["revise", "revise/preview", "regenerate"])
def test_an_outsider_finds_no_task(bob_api, task, path):
    body = {"keys": ["TC-001"]} if path == "regenerate" else {"requirement": "a"}

    assert bob_api.post(f"/tasks/{task.pk}/{path}", body).status_code == 404


async def test_what_an_earlier_change_removed_comes_back_with_its_cases(ada, modelled):
    task = await generated(ada, forty())
    await in_thread(edit_every_case)(task)
    await revised(ada, task, forty(names=[(1, ""), (2, "")]))
    gone = await in_thread(contents)(task)
    paid = len(modelled.bodies)
    task = await revised(ada, task, forty())

    back = await in_thread(contents)(task)
    assert len(modelled.bodies) == paid
    assert [item.key async for item in task.items.current()] == [f"R{n}" for n in range(1, 41)]
    assert {key: facts[:3] for key, facts in back.items()} == {key: facts[:3] for key, facts in gone.items()}
    assert not await task.cases.filter(obsolete=True).aexists()
    assert (await story(task))["revised"]["added"] == 2
