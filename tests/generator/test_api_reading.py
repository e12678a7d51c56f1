import pytest

from generator.models import Document
from generator.services import request_task

TEXT = "Lock the account after 5 wrong passwords."


def test_the_list_is_ones_own_with_counts_beside_it(api, bob_api, task):
    mine, bobs = api.get("/tasks").json(), bob_api.get("/tasks").json()

    assert [row["id"] for row in mine["items"]] == [str(task.pk)]
    assert mine["total"] == 1
    assert mine["counts"] == {"pending": 1, "running": 0, "completed": 0, "failed": 0, "cancelled": 0}
    assert bobs["items"] == []
    assert bobs["total"] == 0


def test_the_list_filters_by_status_and_text(api, ada, task):
    done = request_task(ada, requirement="Export reports")
    api.post(f"/tasks/{done.pk}/cancel")

    def found(query):
        return [row["title"] for row in api.get(f"/tasks?{query}").json()["items"]]

    assert found("status=cancelled") == ["Export reports"]
    assert found("status=pending,cancelled") == ["Export reports", "Passwords"]
    assert found("status=failed") == []
    assert found("q=LOCK") == ["Passwords"]
    assert found("q=%25") == []


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "title", "-title", "status", "cases_count"])
def test_every_sort_pages_through_everything_once(api, ada, sort):
    for title in "cabcb":
        request_task(ada, requirement=TEXT, title=title)
    seen = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/tasks?limit=2&sort={sort}&cursor={cursor}").json()
        seen += page["items"]
        cursor = page["next"]

    key = sort.removeprefix("-")
    values = [row[key] for row in seen]
    assert len({row["id"] for row in seen}) == 5
    assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize("query", ["status=done", "sort=size", "limit=0", "limit=101", "cursor=x", "q=%00"])
def test_a_bad_filter_names_itself(api, query):
    response = api.get(f"/tasks?{query}")

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [query.split("=")[0]]


def test_a_cursor_of_another_order_is_refused(api, ada, task):
    request_task(ada, requirement=TEXT)
    cursor = api.get("/tasks?limit=1").json()["next"]

    assert api.get(f"/tasks?limit=1&sort=title&cursor={cursor}").status_code == 422


def test_a_list_costs_the_same_number_of_queries_however_long(api, ada, django_assert_max_num_queries):
    for _ in range(20):
        request_task(ada, requirement=TEXT)

    with django_assert_max_num_queries(8):
        rows = api.get("/tasks").json()["items"]

    assert [row["queue_position"] for row in rows] == list(range(20, 0, -1))


def test_a_documents_text_is_given_exactly(api, analysed):
    response = api.get(f"/tasks/{analysed.pk}/documents/0")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == Document.objects.get(task=analysed).text
    assert api.get(f"/tasks/{analysed.pk}/documents/1").status_code == 404


def test_the_coverage_has_exact_spans(api, analysed):
    coverage = api.get(f"/tasks/{analysed.pk}/coverage").json()

    assert coverage["total"] == 3
    assert coverage["covered"] == 0
    for item in coverage["items"]:
        span = item["span"]
        assert analysed.requirement[span["start"] : span["end"]] == item["quote"]


def test_the_timeline_says_who_did_what(api, task):
    api.patch(f"/tasks/{task.pk}", {"title": "New"})

    entries = api.get(f"/tasks/{task.pk}/events").json()
    assert [entry["kind"] for entry in entries] == ["requested", "renamed"]
    assert "ada" in entries[1]["text"]
