"""Cases written anew, or more like them: a round that touches what was asked for and nothing else."""

import json

import pytest
from channels.db import database_sync_to_async as in_thread

from generator import editing
from generator.models import CaseVersion, Task
from generator.services import cancel_task, retry_task
from tests.endpoint import scripted_endpoint  # noqa: F401
from tests.generator.rounds_cast import (
    asked,
    ended,
    generated,
    known,
    scripted_model,  # noqa: F401
    story,
    until,
)
from tests.generator.working import working

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
TEXT = "# Pages\n\n1. The page must show the owner.\n2. The page must refuse a guest."
ANEW = {
    "title": "Written anew",
    "requirements": ["R1"],
    "technique": "scenario",
    "polarity": "positive",
    "steps": [{"action": "Open page 7 as ada", "expected": "The heading reads “ada”"}],
}


def say(endpoint, *titles, **facts):
    """From now on the model answers with these cases."""
    cases = [
        {**ANEW, "title": title, "steps": [{"action": f"Choose {title}", "expected": f"It says {title}"}]}
        for title in titles
    ]
    endpoint.answer = json.dumps({"cases": [case | facts for case in cases]})


async def case_of(task, number=1):
    return await task.cases.aget(number=number)


async def test_a_case_is_written_anew_under_its_key_and_its_history_keeps_what_it_was(ada, modelled):
    task = await generated(ada, TEXT)
    before = await case_of(task)
    others = {case.number: case.rev async for case in task.cases.exclude(number=1)}
    say(modelled, "Written anew", "And another one")
    await asked(ada, task, 1, wish="Use ada’s name")
    task = await ended(task)

    after, told = await case_of(task), known(modelled.bodies[-1])
    assert (after.key, after.title, after.review) == ("TC-001", "Written anew", "draft")
    assert (told["wish"], told["case"]["title"], len(told["items"])) == ("Use ada’s name", before.title, 1)
    assert {case.number: case.rev async for case in task.cases.exclude(number=1)} == others
    assert (task.status, task.round) == (Task.Status.COMPLETED, 2)
    restored = await in_thread(editing.restore_version)(task, ada, 1, before.rev)
    assert (restored.title, restored.steps) == (before.title, before.steps)


async def test_a_selection_costs_a_call_for_each_and_no_review_call(ada, modelled):
    task = await generated(ada, TEXT)
    paid = len(modelled.bodies)
    say(modelled, "Written anew")
    await asked(ada, task, 1, 2, 3)
    await ended(task)

    keys = [tuple(item["key"] for item in known(body)["items"]) for body in modelled.bodies[paid:]]
    assert sorted(keys) == [("R1",), ("R1",), ("R2",)]


async def test_who_changes_the_case_meanwhile_keeps_their_text(ada, modelled):
    task = await generated(ada, TEXT)
    case, last = await case_of(task), await task.cases.acount()
    say(modelled, "Written anew")
    await asked(ada, task, 1)
    await in_thread(editing.update_case)(task, ada, 1, case.rev, {"title": "Mine"})
    task = await ended(task)

    beside = await task.cases.alatest("number")
    assert (await case_of(task)).title == "Mine"
    assert (beside.number, beside.title) == (last + 1, "Written anew")
    assert (await story(task))["case.beside"] == {"key": "TC-001", "new": beside.key}


async def test_the_new_text_of_a_case_that_was_deleted_meanwhile_is_in_its_history(ada, modelled):
    task = await generated(ada, TEXT)
    say(modelled, "Written anew")
    await asked(ada, task, 1)
    await in_thread(editing.delete_case)(task, ada, 1)
    task = await ended(task)

    rev = (await story(task))["case.kept"]["rev"]
    restored = await in_thread(editing.restore_version)(task, ada, 1, rev)
    assert restored.title == "Written anew"


async def test_more_like_a_case_adds_what_is_not_there_yet(ada, modelled):
    task = await generated(ada, TEXT)
    count, first = task.cases_count, await case_of(task)
    new = {**ANEW, "title": "Another"}
    same = {**ANEW, "title": "The same in other words", "steps": first.steps, "polarity": first.polarity}
    modelled.answer = json.dumps({"cases": [same, new, {**new, "title": "Another one"}]})
    await asked(ada, task, 1, kind="more")
    task = await ended(task)

    added = [case.title async for case in task.cases.filter(number__gt=count)]
    assert (added, task.cases_count) == (["Another"], count + 1)
    assert (await story(task))["case.more"] == {"key": "TC-001", "count": 1}


async def test_cancelled_or_failed_rounds_keep_the_former_cases(ada, modelled):
    task = await generated(ada, TEXT)
    before = {case.number: case.title async for case in task.cases.all()}
    modelled.hang(times=None)
    await asked(ada, task, 1)
    async with working() as worker:
        await until(task, lambda task: task.stage == "generating")
        await in_thread(cancel_task)(task, ada)
        worker.wake()
        await until(task, lambda task: not task.is_open)
    assert task.status == Task.Status.CANCELLED

    modelled.clear()
    modelled.refuse_with(401, times=None)
    await in_thread(retry_task)(task, ada)
    task = await ended(task)
    assert (task.status, task.error_code) == (Task.Status.FAILED, "authentication")
    assert {case.number: case.title async for case in task.cases.all()} == before


async def test_retry_asks_only_for_what_has_no_answer(ada, modelled):
    task = await generated(ada, TEXT)
    say(modelled, "Written anew")
    modelled.stop_with("content_filter", cases=1, times=3)
    await asked(ada, task, 1, 2)
    paid = len(modelled.bodies)
    task = await ended(task)
    answered = await task.case_requests.filter(status="completed").acount()
    calls = len(modelled.bodies)
    modelled.clear()
    if task.status == Task.Status.FAILED:
        await in_thread(retry_task)(task, ada)
        task = await ended(task)

    assert task.status == Task.Status.COMPLETED
    assert len(modelled.bodies) - calls == 2 - answered
    assert calls > paid


async def test_a_round_for_cases_leaves_the_sections_that_had_failed_to_a_retry(ada, modelled):
    task = await generated(ada, TEXT)
    left = await task.sections.alast()
    await left.items.aupdate(is_written=False)
    await task.sections.filter(pk=left.pk).aupdate(status="failed")
    await Task.objects.filter(pk=task.pk).aupdate(status="failed", sections_done=task.sections_done - 1)
    await task.arefresh_from_db()
    await asked(ada, task, 1)
    task = await ended(task)
    assert (task.status, task.sections_done) == (Task.Status.COMPLETED, task.sections_total - 1)
    calls = len(modelled.bodies)

    assert await in_thread(retry_task)(task, ada)
    task = await ended(task)

    assert (task.status, task.sections_done) == (Task.Status.COMPLETED, task.sections_total)
    assert known(modelled.bodies[calls])["section"] == left.title
    assert not await in_thread(retry_task)(task, ada)


async def test_the_rules_say_when_there_is_nothing_else_to_write(ada):
    task = await generated(ada, TEXT, detail="thorough")
    before = {case.number: case.rev async for case in task.cases.all()}
    await asked(ada, task, 1)
    task = await ended(task)
    await asked(ada, task, 1, kind="more")
    task = await ended(task)

    told = await story(task)
    assert (told["case.nothing_else"]["key"], told["case.nothing_more"]["key"]) == ("TC-001", "TC-001")
    assert {case.number: case.rev async for case in task.cases.all()} == before


async def test_the_rules_write_again_what_somebody_had_edited_away(ada):
    task = await generated(ada, TEXT)
    case = await case_of(task)
    changes = {"title": "Mine", "steps": [{"action": "Look around for a while", "expected": "All is quiet"}]}
    await in_thread(editing.update_case)(task, ada, 1, case.rev, changes)
    await asked(ada, task, 1)
    task = await ended(task)

    after = await case_of(task)
    assert (after.title, after.steps, after.source) == (case.title, case.steps, "rules")
    assert await CaseVersion.objects.filter(case=after, content__title="Mine").aexists()


def test_the_calls_answer_like_the_others(api, bob_api, analysed):
    path = f"/tasks/{analysed.pk}/cases/TC-001/regenerate"

    assert api.post(path, {}).status_code == 404
    assert api.post(f"/tasks/{analysed.pk}/regenerate", {"keys": []}).status_code == 422
    assert api.post(f"/tasks/{analysed.pk}/regenerate", {"keys": ["R1"]}).status_code == 422
    assert api.post(f"/tasks/{analysed.pk}/regenerate", {"keys": ["TC-001"]}).status_code == 409
    assert bob_api.post(path, {}).status_code == 404
