import re

import pytest
from django.utils import translation

from generator.models import Task
from generator.services import delete_task, request_task
from generator.words import said_of_place
from tests.generator.cast_of_pages import end

HTMX = {"HX-Request": "true"}


@pytest.fixture
def forty(ada):
    return [request_task(ada, requirement=f"Requirement number {n}.") for n in range(40)]


def shown(response):
    return [
        found
        for found in re.findall(r'data-task="([^"]+)"', response.text)
        if not found.startswith("00000000")
    ]


def test_a_row_shows_status_progress_and_place(page, task):
    html = page.get("/tasks/").text

    assert f'data-task="{task.pk}"' in html
    assert 'data-status="pending"' in html
    assert re.search(r'role="progressbar"[^>]*aria-valuenow="0"', html)
    assert '<span data-field="doing">waiting for a worker: none is running</span>' in html
    assert '<span data-field="place">1st in the queue</span>' in html


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (22, "22nd"),
        (112, "112th"),
    ],
)
def test_a_place_is_an_ordinal(place, said):
    assert said_of_place(place) == f"{said} in the queue"
    with translation.override("zh-hans"):
        assert said_of_place(place) == f"排队第 {place} 位"


@pytest.mark.parametrize("status", [Task.Status.PENDING, Task.Status.FAILED])
def test_a_task_that_does_not_run_tells_no_time_left(page, task, status):
    if status == Task.Status.FAILED:
        end(task, status)
    Task.objects.filter(pk=task.pk).update(eta_seconds=40)

    assert '<span data-field="eta"></span>' in page.get("/tasks/").text.split("<template")[0]


def test_the_five_counts_are_shown(page, task):
    counts = dict(re.findall(r'data-count="(\w+)"[^>]*><b>(\d+)</b>', page.get("/tasks/").text))

    assert counts == {"pending": "1", "running": "0", "completed": "0", "failed": "0", "cancelled": "0"}
    assert 'data-count="pending"' in page.get("/tasks/counts/").text


def test_the_list_goes_on_where_the_part_before_ended(page, forty):
    first = page.get("/tasks/")
    more = re.search(r'hx-get="([^"]+cursor=[^"]+)"', first.text).group(1).replace("&amp;", "&")
    second = page.get(more, headers=HTMX)

    assert shown(first) + shown(second) == [str(task.pk) for task in reversed(forty)]
    assert "<html" not in second.text


def test_a_part_of_the_list_is_never_taken_for_its_page(page, db):
    for path in ["/tasks/", "/notifications/"]:
        assert "HX-Request" in page.get(path, headers=HTMX)["Vary"]


def test_a_made_up_cursor_leads_nowhere(page, db):
    assert page.get("/tasks/?cursor=abc").status_code == 404
    assert page.get("/notifications/?cursor=abc").status_code == 404


def test_status_and_search_filter_the_list(page, ada, task):
    other = request_task(ada, requirement="Refunds within 14 days")
    end(other)

    assert shown(page.get("/tasks/?status=completed")) == [str(other.pk)]
    assert shown(page.get("/tasks/?q=wrong PASSWORDS")) == [str(task.pk)]
    assert shown(page.get("/tasks/?q=nothing like it")) == []
    assert len(shown(page.get("/tasks/?status=nonsense"))) == 2


def test_a_list_of_many_takes_as_few_queries_as_one_of_few(page, task, django_assert_max_num_queries, forty):
    with django_assert_max_num_queries(14):
        page.get("/tasks/")


@pytest.mark.parametrize("verb", ["cancel", "retry", "delete", "restore", "rename"])
def test_an_outsider_can_do_nothing(client, bob, task, verb):
    client.force_login(bob)

    assert client.post(f"/tasks/{task.pk}/{verb}/", {"title": "mine"}).status_code == 404
    task.refresh_from_db()
    assert (task.status, task.deleted_at, task.title) == ("pending", None, "Passwords")


def test_cancel_then_retry_without_javascript_lead_to_the_task(page, task):
    assert page.post(f"/tasks/{task.pk}/cancel/").url == f"/tasks/{task.pk}/"
    task.refresh_from_db()
    assert task.status == "cancelled"
    page.post(f"/tasks/{task.pk}/retry/")
    task.refresh_from_db()
    assert task.status == "pending"


def test_deleting_offers_to_undo_and_undoing_brings_it_back(page, task):
    toast = page.post(f"/tasks/{task.pk}/delete/", headers=HTMX).text
    undo = re.search(r'action="([^"]+)"', toast).group(1)

    assert shown(page.get("/tasks/")) == []
    page.post(undo, headers=HTMX)
    assert shown(page.get("/tasks/")) == [str(task.pk)]


def test_a_bulk_action_takes_the_picked_tasks_alone(page, forty):
    page.post("/tasks/bulk/cancel/", {"ids": [forty[0].pk, forty[1].pk, "no id"]})

    assert Task.objects.filter(status="cancelled").count() == 2


def test_a_bulk_action_takes_everything_that_matches(page, ada, bob, forty):
    other = request_task(bob, requirement="Requirement number 1 of bob's.")
    page.post("/tasks/bulk/delete/", {"everything": "1", "q": "number 1"})

    assert Task.objects.visible_to(ada).count() == 40 - 11
    other.refresh_from_db()
    assert other.deleted_at is None


def test_an_unknown_bulk_action_is_not_there(page, task):
    assert page.post("/tasks/bulk/burn/", {"everything": "1"}).status_code == 404


def test_a_deleted_tasks_page_is_gone(page, ada, task):
    delete_task(task, ada)

    assert page.get(f"/tasks/{task.pk}/").status_code == 404
