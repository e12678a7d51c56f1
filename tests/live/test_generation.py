"""From a requirement to reviewed cases, against a scripted endpoint that misbehaves on order."""

import time
from math import inf

import pytest

from tests.endpoint import Request, ScriptedEndpoint
from tests.live.product import Person, Product

STORIES = """# Accounts

1. Lock the account for 15 minutes after 5 wrong passwords.
2. The user can register with an email address.

# Courses

3. A course title must have between 3 and 80 characters.
4. Only the teacher can delete a course.
"""

CHAPTERS = "\n".join(
    f"# Chapter {chapter}\n\n"
    + "\n".join(f"{n}. The user can enter at most {chapter * 10 + n} names in list {n}." for n in range(1, 7))
    for chapter in range(1, 4)
)
"""Enough for several sections."""


@pytest.fixture
def product(modelled: Product, endpoint: ScriptedEndpoint) -> Product:
    return modelled


def writing_calls(endpoint: ScriptedEndpoint) -> list[Request]:
    """The calls that asked for cases."""
    return [
        request
        for request in endpoint.requests
        if "Write test cases" in request.body["messages"][0]["content"]
    ]


def user_message(request: Request) -> str:
    return request.body["messages"][-1]["content"]


def test_every_case_is_tied_to_the_sentence_that_it_tests(ada: Person):
    task = ada.ended(ada.request_task(STORIES)["id"])
    coverage = ada.get(f"/tasks/{task['id']}/coverage")
    text = ada.call("GET", f"/tasks/{task['id']}/documents/0").text

    assert task["status"] == "completed"
    assert task["engine"] == "openai"
    assert coverage["covered"] == coverage["total"] == 4
    for item in coverage["items"]:
        assert text[item["span"]["start"] : item["span"]["end"]] == item["quote"]


def test_sections_are_generated_at_the_same_time(ada: Person, endpoint: ScriptedEndpoint):
    endpoint.tokens_per_second = 500

    ada.ended(ada.request_task(CHAPTERS)["id"])

    calls = writing_calls(endpoint)[:3]
    assert len(calls) == 3
    assert max(call.started_at for call in calls) < min(call.ended_at or inf for call in calls)


def test_usage_is_what_the_endpoint_counted(ada: Person):
    task = ada.ended(ada.request_task(STORIES)["id"])

    assert task["usage"]["input_tokens"] > 0
    assert task["usage"]["output_tokens"] > 0


@pytest.mark.parametrize(
    "fault",
    [
        lambda endpoint: endpoint.refuse_json_schema(),
        lambda endpoint: (endpoint.refuse_json_schema(), endpoint.refuse_json_object()),
        lambda endpoint: endpoint.break_json(),
        lambda endpoint: endpoint.cut_after(1),
        lambda endpoint: endpoint.stop_with_length_after(1),
        lambda endpoint: endpoint.rate_limit(1, 1),
        lambda endpoint: endpoint.silent_close(),
    ],
    ids=[
        "no-json-schema",
        "plain-text-only",
        "broken-json",
        "cut-stream",
        "length",
        "rate-limit",
        "silent-close",
    ],
)
def test_a_fault_that_passes_costs_no_case(ada: Person, endpoint: ScriptedEndpoint, fault):
    fault(endpoint)

    task = ada.ended(ada.request_task(STORIES)["id"], 60)
    coverage = ada.get(f"/tasks/{task['id']}/coverage")

    assert task["status"] == "completed", task["error"]
    assert coverage["covered"] == coverage["total"]
    titles = [case["title"] for case in ada.cases(task["id"]) if not case["merged_into"]]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "invalid_api_key", "authentication"),
        (404, "model_not_found", "model_not_found"),
        (429, "insufficient_quota", "insufficient_quota"),
    ],
)
def test_a_refusal_fails_the_task_in_seconds_with_the_providers_reason(
    ada: Person, endpoint: ScriptedEndpoint, status: int, code: str, expected: str
):
    endpoint.refuse_with(status, code=code, message="The provider's own words.", times=None)

    task = ada.ended(ada.request_task(STORIES)["id"], 10)

    assert task["status"] == "failed"
    assert task["error"]["code"] == expected
    assert "The provider's own words." in task["error"]["message"]


def test_progress_stands_still_while_the_model_does_and_says_so(ada: Person, endpoint: ScriptedEndpoint):
    endpoint.stall_after(1)
    task_id = ada.request_task(STORIES)["id"]

    waiting = ada.task_when(task_id, lambda task: task["waiting_for"] == "model", 20)
    time.sleep(1.5)
    later = ada.get(f"/tasks/{task_id}")

    assert waiting["status"] == "running"
    assert later["progress"] == waiting["progress"]
    assert later["eta_seconds"] == waiting["eta_seconds"]
    ada.call("POST", f"/tasks/{task_id}/cancel")


def test_cancelling_closes_the_endpoints_stream_and_keeps_finished_cases(
    ada: Person, endpoint: ScriptedEndpoint
):
    endpoint.stall_after(1)
    task_id = ada.request_task(STORIES)["id"]
    ada.task_when(task_id, lambda task: task["cases_count"] >= 1)

    asked_at = time.monotonic()
    assert ada.call("POST", f"/tasks/{task_id}/cancel").status_code == 202
    task = ada.ended(task_id, 3)

    assert time.monotonic() - asked_at < 2
    assert task["status"] == "cancelled"
    assert len(ada.cases(task_id)) == task["cases_count"] >= 1
    assert any(request.closed_early for request in endpoint.requests)


def test_retry_asks_only_for_what_is_unfinished(ada: Person, endpoint: ScriptedEndpoint):
    endpoint.stall_after(1)
    task_id = ada.request_task(CHAPTERS)["id"]
    ada.task_when(task_id, lambda task: task["sections_done"] == 2)
    ada.call("POST", f"/tasks/{task_id}/cancel")
    ada.ended(task_id)
    before = {case["key"]: case for case in ada.cases(task_id)}
    asked = len(writing_calls(endpoint))

    assert ada.call("POST", f"/tasks/{task_id}/retry").status_code == 202
    task = ada.ended(task_id)

    assert (task["status"], task["round"]) == ("completed", 2)
    assert all(case == before[case["key"]] for case in ada.cases(task_id) if case["key"] in before)
    sections = [call for call in writing_calls(endpoint)[asked:] if "gaps" not in user_message(call)]
    assert len(sections) == 1


def test_each_round_notifies_its_owner_once(ada: Person, endpoint: ScriptedEndpoint):
    endpoint.refuse_with(401, code="invalid_api_key", message="no", times=None)
    task_id = ada.request_task(STORIES)["id"]
    ada.ended(task_id)
    endpoint.clear()
    ada.call("POST", f"/tasks/{task_id}/retry")
    ada.ended(task_id)

    notes = [n for n in ada.get("/notifications")["items"] if task_id in n["url"]]

    assert [(note["kind"], note["count"]) for note in notes] == [("task.completed", 2)]
