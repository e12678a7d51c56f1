"""Cards of what messages link to: each reader sees those of what they may see."""

from __future__ import annotations

import pytest

from core.cards import cards_for, references_in
from generator.editing import add_case, delete_case
from generator.services import delete_task
from tests.generator.sharing import Page, shared


@pytest.fixture
def with_case(ada, analysed):
    add_case(analysed, ada, {"title": "Locks", "requirements": ["R1"]})
    return analysed


@pytest.mark.parametrize(
    "text",
    [
        "/tasks/{id}/",
        "see /tasks/{id}/.",
        "[it](/tasks/{id}/)",
        "https://caseloom.example/tasks/{id}/",
        "http://127.0.0.1:8000/tasks/{id}/, done",
        "看 https://caseloom.example/tasks/{ID}/。",
    ],
)
def test_links_to_a_task_are_found_wherever_they_stand(task, text):
    said = text.format(id=task.pk, ID=str(task.pk).upper())

    assert references_in(said) == [f"task:{task.pk}"]


@pytest.mark.parametrize(
    "text",
    [
        "/api/v1/tasks/{id}/",
        "/tasks/{id}/timeline/",
        "/tasks/{id}",
        "/tasks/1234/",
        "{id}",
        "x/tasks/{id}/",
        "https://caseloom.example/other/tasks/{id}/",
    ],
)
def test_other_addresses_are_no_links_to_a_task(task, text):
    assert references_in(text.format(id=task.pk)) == []


def test_a_link_to_a_case_gives_its_card(ada, with_case):
    text = f"/tasks/{with_case.pk}/#TC-001 and /tasks/{with_case.pk}/ and /tasks/{with_case.pk}/#TC-001"

    references = references_in(text)

    assert references == [f"case:{with_case.pk}:TC-001", f"task:{with_case.pk}"]
    case, task = (cards_for(ada, references)[reference] for reference in references)
    assert (case["key"], case["title"], case["review"]) == ("TC-001", "Locks", "draft")
    assert case["url"] == f"/tasks/{with_case.pk}/#TC-001"
    assert (task["key"], task["title"], task["status"]) == (None, "Passwords", "pending")
    assert task["url"] == f"/tasks/{with_case.pk}/"


def test_each_reader_sees_what_they_may_see(with_case):
    pages = {name: Page(name) for name in ("ada", "bob", "carol", "eve")}
    shared(with_case, pages)
    references = [f"task:{with_case.pk}", f"case:{with_case.pk}:TC-001", "room:1", "task:" + "-" * 36]

    roles = {
        name: [card["role"] for card in cards_for(page.user, references).values()]
        for name, page in pages.items()
    }

    assert roles == {"ada": ["owner"] * 2, "bob": ["view"] * 2, "carol": ["edit"] * 2, "eve": []}


def test_a_card_speaks_its_readers_language(ada, with_case):
    ada.language = "zh-hans"

    assert cards_for(ada, [f"task:{with_case.pk}"])[f"task:{with_case.pk}"]["label"] == "等待中"


def test_what_is_deleted_has_no_card(ada, with_case):
    references = [f"case:{with_case.pk}:TC-001", f"task:{with_case.pk}"]
    delete_case(with_case, ada, 1)
    assert list(cards_for(ada, references)) == [f"task:{with_case.pk}"]

    delete_task(with_case, ada)
    assert cards_for(ada, references) == {}


def test_many_cards_take_two_queries(ada, with_case, django_assert_num_queries):
    for number in range(2, 12):
        add_case(with_case, ada, {"title": f"Case {number}"})
    references = [f"case:{with_case.pk}:TC-{number:03}" for number in range(1, 12)]

    with django_assert_num_queries(2):
        assert len(cards_for(ada, [*references, f"task:{with_case.pk}"])) == 12
