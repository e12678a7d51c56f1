import json

import pytest
from django.utils import timezone

from generator.models import Task
from generator.services import RESTORE_WITHIN, request_task
from realtime.models import Event

TEXT = "Lock the account after 5 wrong passwords."


def latest_event(user):
    return json.loads(Event.objects.filter(user=user).order_by("seq").last().frame)


def problem_fields(response):
    assert response["Content-Type"] == "application/problem+json"
    return [error["field"] for error in response.json()["errors"]]


def test_a_task_is_renamed(api, ada, task):
    response = api.patch(f"/tasks/{task.pk}", {"title": "  New\nname "})

    assert response.status_code == 200
    assert response.json()["title"] == "New name"
    assert latest_event(ada)["task"]["title"] == "New name"


@pytest.mark.parametrize("title", ["", " ", "\u200b\u00ad", "x" * 201, None, 5])
def test_a_bad_title_is_refused(api, task, title):
    assert problem_fields(api.patch(f"/tasks/{task.pk}", {"title": title})) == ["title"]


def test_cancel_and_retry_conflict_when_they_do_not_fit(api, task):
    assert api.post(f"/tasks/{task.pk}/retry").status_code == 409
    assert api.post(f"/tasks/{task.pk}/cancel").json()["status"] == "cancelled"
    assert api.post(f"/tasks/{task.pk}/cancel").status_code == 409
    response = api.post(f"/tasks/{task.pk}/retry")
    assert response.status_code == 202
    assert (response.json()["status"], response.json()["round"]) == ("pending", 2)


def test_a_deleted_task_is_gone_and_can_be_restored_within_an_hour(api, ada, task):
    assert api.delete(f"/tasks/{task.pk}").status_code == 204
    assert api.get(f"/tasks/{task.pk}").status_code == 404
    assert api.delete(f"/tasks/{task.pk}").status_code == 404
    assert latest_event(ada) | {"seq": 0} == {"type": "task.deleted", "seq": 0, "id": str(task.pk)}

    assert api.post(f"/tasks/{task.pk}/restore").status_code == 200
    assert api.get(f"/tasks/{task.pk}").status_code == 200
    assert api.post(f"/tasks/{task.pk}/restore").status_code == 409


def test_a_task_deleted_an_hour_ago_cannot_be_restored(api, task):
    api.delete(f"/tasks/{task.pk}")
    Task.objects.update(deleted_at=timezone.now() - RESTORE_WITHIN)

    assert api.post(f"/tasks/{task.pk}/restore").status_code == 404


def test_bulk_does_everything_that_matches(api, bob, ada):
    tasks = [request_task(ada, requirement=TEXT) for _ in range(3)]
    bobs = request_task(bob, requirement=TEXT)

    response = api.post("/tasks/bulk", {"action": "cancel", "filter": {"status": "pending"}})

    assert response.status_code == 202
    assert response.json() == {"matched": 3}
    assert api.get("/tasks").json()["counts"]["cancelled"] == 3
    bobs.refresh_from_db()
    assert bobs.status == "pending"
    chosen = {"action": "delete", "ids": [str(tasks[0].pk), str(bobs.pk)]}
    assert api.post("/tasks/bulk", chosen).json() == {"matched": 1}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "cancel"}, "filter"),
        ({"action": "cancel", "filter": {}, "ids": []}, "filter"),
        ({"action": "burn", "filter": {}}, "action"),
        ({"action": "cancel", "filter": {"status": "x"}}, "filter.status"),
        ({"action": "cancel", "filter": {"colour": "x"}}, "filter.colour"),
        ({"action": "cancel", "ids": ["x"]}, "ids.0"),
    ],
)
def test_a_bad_bulk_request_names_its_field(api, body, field):
    assert problem_fields(api.post("/tasks/bulk", body)) == [field]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/cancel"),
        ("POST", "/retry"),
        ("POST", "/restore"),
        ("GET", "/documents/0"),
        ("GET", "/coverage"),
        ("GET", "/events"),
        ("GET", "/export?format=json"),
        ("GET", "/export?format=zzz"),
    ],
)
@pytest.mark.parametrize("title", ["Mine", ""])
def test_an_outsider_sees_no_task(bob_api, task, method, path, title):
    body = {"title": title} if method == "PATCH" else None

    assert bob_api.call(method, f"/tasks/{task.pk}{path}", body).status_code == 404
    task.refresh_from_db()
    assert (task.status, task.title, task.deleted_at) == ("pending", "Passwords", None)


@pytest.mark.parametrize("body", ["", "{"])
def test_an_outsider_is_not_told_that_the_body_is_malformed(api, bob_api, task, body):
    facts = {"data": body, "CONTENT_TYPE": "application/json"}

    assert api.patch(f"/tasks/{task.pk}", **facts).status_code == 400
    assert bob_api.patch(f"/tasks/{task.pk}", **facts).status_code == 404


def test_an_absent_task_is_absent_whatever_is_asked(api, task):
    api.delete(f"/tasks/{task.pk}")

    assert api.patch(f"/tasks/{task.pk}", {"title": ""}).status_code == 404
    assert api.get(f"/tasks/{task.pk}/export?format=zzz").status_code == 404
