"""A model that does badly: the task ends without what was wrong, and its timeline says what was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_thread

from generator import editing
from generator.models import Task
from generator.quality import quality_of
from tests.endpoint import ScriptedEndpoint
from tests.endpoint_faults import answer_to
from tests.generator.rounds_cast import generated, known, revised, scripted_model, spans_are_exact, story  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
TEXT = """# Locking

1. The account must be locked after 5 wrong passwords.
2. The page must show the owner.

# Naming

3. The name must have at most 20 characters.
4. The page must refuse a guest.
"""


CLINIC = Path(__file__).parents[2] / "quality" / "samples" / "clinic-zh.md"


class Careless(ScriptedEndpoint):
    """Says all twice and vaguely, forgets limits, quotes what nobody wrote, and mends what it is told."""

    def _text(self, body: dict[str, Any], fault: Any) -> str:
        told, answer = known(body), answer_to(body)
        if "passage" in told:
            answer["items"].append({"quote": "It must fly to the moon", "text": "It flies", "kind": "rule"})
            return json.dumps(answer)
        if told.get("gaps"):
            return json.dumps({"cases": [filled(gap) for gap in told["gaps"]]})
        cases = [case for case in answer["cases"] if "above" not in case["title"]]
        twins = [case | {"title": f"Again: {case['title']}", "technique": "scenario"} for case in cases]
        for case in cases[-1:]:
            case["steps"] = [{"action": "Try it", "expected": "It works as expected"}]
        text = json.dumps({"cases": [*cases, *twins]})
        if fault:  # what is cut off is no JSON
            return text[: len(text) * 2 // 3]
        return text.replace('", "requirements"', ', "requirements"', 1)


def filled(gap: dict[str, str]) -> dict[str, Any]:
    """What was wanted: values around a limit, a result to see, or a case for an item that had none."""
    wanted = f"{gap['item']}: {gap['wanted']}"
    return {
        "title": gap.get("title") or f"Try {wanted}",
        "requirements": [gap["item"]],
        "technique": "boundary" if "boundary" in wanted else "scenario",
        "steps": [{"action": f"Do what {wanted} asks", "expected": f"The page says “{wanted}”"}],
    }


@pytest.fixture
def endpoint():
    with Careless() as endpoint:
        yield endpoint


async def test_a_careless_model_leaves_no_trace_but_in_the_timeline(ada, modelled):
    modelled.stop_with_length_after(1)
    modelled.cut_after(1)
    task = await generated(ada, TEXT)

    told, quality = await story(task), await in_thread(quality_of)(task)
    assert task.status == Task.Status.COMPLETED
    assert (quality["duplicates"], quality["unverifiable"], quality["uncovered"]) == (0, 0, [])
    assert quality["boundaries"]["covered"] == quality["boundaries"]["found"] >= 2
    for kind in ("items.dropped", "section.retried", "review.merged", "review.flagged", "review.mended"):
        assert kind in told, sorted(told)
    assert told["review.gaps"]["boundaries"] >= 2
    assert "review.boundaries" not in told
    assert await in_thread(spans_are_exact)(task)


async def test_merged_cases_are_listed_and_the_one_that_stands_tests_their_items(ada, modelled):
    task = await generated(ada, TEXT)

    merged = [case async for case in task.cases.exclude(merged_into=None).select_related("merged_into")]
    assert merged
    for case in merged:
        theirs = case.merged_into.items.values_list("pk", flat=True)
        assert not await case.items.exclude(pk__in=theirs).aexists()


async def test_what_somebody_edited_is_never_mended_or_merged_away(ada, modelled):
    task = await generated(ada, "1. The page must show the owner.")
    case = await task.cases.standing().order_by("number").afirst()
    vague = {"steps": [{"action": "Try it", "expected": "ok"}]}
    mine = await in_thread(editing.update_case)(task, ada, case.number, case.rev, vague)
    task = await revised(ada, task, "1. The page must show the owner.\n2. The page must refuse a guest.")
    after = await task.cases.aget(number=case.number)
    assert (after.steps, after.merged_into_id) == (mine.steps, None)


def test_the_quality_of_a_task_without_cases_is_no_share_of_nothing(api, task):
    quality = api.get(f"/tasks/{task.pk}/quality").json()

    assert (quality["coverage"], quality["negative_share"], quality["cases"]) == (None, None, 0)


def merged_of(task: Task) -> list[tuple[set[str], set[str]]]:
    """Of each merged case: its items, and those of the one that it is merged into."""
    cases = task.cases.exclude(merged_into=None).with_relations()
    return [(set(case.requirement_keys), set(case.merged_into.requirement_keys)) for case in cases]


async def test_what_the_rules_say_twice_in_different_sections_stands_once_for_all_its_items(ada):
    task = await generated(ada, CLINIC.read_text())

    merged = await in_thread(merged_of)(task)
    measured = await in_thread(quality_of)(task)

    assert len(merged) == measured["merged"] > 0
    assert all(items <= of_twin for items, of_twin in merged)
    assert any(items < of_twin for items, of_twin in merged)
    assert (measured["duplicates"], measured["uncovered"]) == (0, [])
    assert (await story(task))["review.merged"] == {"count": len(merged)}


async def test_what_is_said_hundreds_of_times_is_merged_in_parts_that_let_others_write(ada):
    task = await generated(ada, "The page must open. " * 2_700)

    counts = [
        note.detail["count"] async for note in task.timeline.filter(kind="review.merged").order_by("pk")
    ]
    assert max(counts) == 200
    *full, last = await in_thread(items_of_standing)(task)
    assert set(full) == {96}  # what no further case of six items fits into
    assert sum(full) + last == 2_700


def items_of_standing(task: Task) -> list[int]:
    return [len(case.requirement_keys) for case in task.cases.standing().with_relations()]


async def test_the_same_words_in_another_section_are_another_field(ada):
    rule = "The name must have at most 20 characters."
    task = await generated(ada, f"# Products\n\n1. {rule}\n\n# Customers\n\n2. {rule}")

    assert await task.cases.filter(technique="boundary").exclude(merged_into=None).acount() == 0
    assert (await in_thread(quality_of)(task))["boundaries"] == {"found": 2, "covered": 2}


async def test_what_may_not_be_done_stays_apart_from_what_else_may_not_be_done(ada):
    task = await generated(ada, (CLINIC.parent / "leave-clauses-zh.md").read_text())

    start = "员工：无论页面还是接口都不能"
    refused = {case.title async for case in task.cases.standing().filter(title__startswith=start)}
    assert refused >= {f"{start}“撤回”", f"{start}“查看他人的请假记录”"}
