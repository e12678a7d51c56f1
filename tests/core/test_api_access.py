import json
import re

import pytest
from django.core.exceptions import DisallowedHost
from django.test import Client
from django.utils import timezone

from core import views
from core.models import Token
from tests.conftest import ApiClient

TASKS = "/api/v1/tasks"


def test_nobody_gets_in_without_signing_in(db):
    response = Client().get(TASKS)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 401


def test_an_anonymous_post_is_told_to_sign_in_and_not_about_csrf(db):
    assert Client(enforce_csrf_checks=True).post(TASKS).status_code == 401


def test_a_cookie_needs_its_csrf_token(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)

    assert client.get(TASKS).status_code == 200
    response = client.post(TASKS, {"requirement": "x"}, content_type="application/json")

    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"


def test_a_cookie_with_its_csrf_token_is_enough(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    client.cookies["csrftoken"] = "a" * 32

    response = client.post(
        TASKS, {"requirement": "x"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )

    assert response.status_code == 202


def test_a_bearer_needs_no_csrf_token(api):
    api._client = Client(enforce_csrf_checks=True)

    assert api.post("/tasks", {"requirement": "x"}).status_code == 202


def test_a_bad_bearer_is_refused_even_beside_a_good_cookie(ada):
    client = Client()
    client.force_login(ada)

    response = client.get(TASKS, headers={"Authorization": "Bearer clm_wrong"})

    assert response.status_code == 401


@pytest.mark.parametrize("change", ["expired", "revoked", "inactive"])
def test_a_token_ends_when_it_is(api, ada, change):
    if change == "expired":
        Token.objects.update(expires_at=timezone.now())
    elif change == "revoked":
        Token.objects.all().delete()
    else:
        ada.is_active = False
        ada.save()

    assert api.get("/me").status_code == 401


def test_a_read_only_token_reads_and_no_more(ada):
    reader = ApiClient(ada, scopes=("read",))

    assert reader.get("/tasks").status_code == 200
    assert reader.post("/tasks", {"requirement": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/nothing", "/tasks/not-a-uuid", "/tasks/1/", "/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_is_a_problem_document(db, path, method):
    response = Client(enforce_csrf_checks=True).generic(method, "/api/v1" + path)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_wrong_method_is_named_with_the_right_ones(api):
    response = api.call("PUT", "/tasks")

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert {method.strip() for method in response["Allow"].split(",")} == {"GET", "POST"}


def test_head_answers_like_get(api):
    response = api.call("HEAD", "/me")

    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize("body", ['{"name":', "nonsense", '{"name": NaN}', '"\x00'])
def test_malformed_json_is_refused(api, body):
    for path in ("/me/tokens", "/tasks"):
        response = api.post(path, data=body, content_type="application/json")

        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"


def test_a_malformed_form_is_refused(api):
    response = api.post("/tasks", data="--x", content_type="multipart/form-data")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/me/tokens", "/tasks", "/tasks/bulk", "/estimate"])
def test_another_media_type_is_refused(api, path):
    response = api.post(path, data="name=x", content_type="application/x-www-form-urlencoded")

    assert response.status_code == 415


def test_a_body_too_large_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    for path in ("/me/tokens", "/tasks"):
        assert api.post(path, {"name": "x" * 200}).status_code == 413


def test_errors_are_in_the_readers_language_and_name_the_field(api):
    response = api.post("/me/tokens", {"nam": "x"})

    assert response.status_code == 422
    fields = {error["field"]: error["message"] for error in response.json()["errors"]}
    assert fields == {"name": "Give a value.", "nam": "There is no such field."}


@pytest.mark.parametrize("value", ["a\u0000b", "\ud800"])
def test_characters_that_no_database_holds_are_refused(api, value):
    response = api.post("/me/tokens", data=json.dumps({"name": value}), content_type="application/json")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "name"


def test_the_schema_and_the_docs_need_no_sign_in(db):
    schema = Client().get("/api/v1/openapi.json").json()
    docs = Client().get("/api/v1/docs")

    assert docs.status_code == 200
    operations = [one for path in schema["paths"].values() for one in path.values()]
    assert all(one["summary"] and one["responses"]["401"]["content"] for one in operations)
    assert "application/problem+json" in operations[0]["responses"]["401"]["content"]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))


def test_the_schema_names_only_what_it_holds(db):
    text = Client().get("/api/v1/openapi.json").content.decode()

    known = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(known)
    assert "#/$defs" not in text


def test_too_many_requests_say_when_to_come_back(api, monkeypatch):
    from limits import parse

    from core import throttle

    monkeypatch.setitem(throttle.RATES, "api", parse("2/minute"))
    codes = [api.get("/me").status_code for _ in range(3)]
    response = api.get("/me")

    assert codes == [200, 200, 429]
    assert response["Content-Type"] == "application/problem+json"
    assert 1 <= int(response["Retry-After"]) <= 60


@pytest.mark.parametrize("body", ["", " "])
def test_nothing_is_malformed_json(api, body):
    for path in ("/me/tokens", "/tasks", "/tasks/bulk", "/notifications/read"):
        assert api.post(path, data=body, CONTENT_TYPE="application/json").status_code == 400


def test_a_bad_request_is_a_problem_document_under_the_api_alone(rf):
    call = views.bad_request(rf.get(TASKS), DisallowedHost())
    page = views.bad_request(rf.get("/tasks/"), DisallowedHost())

    assert (call.status_code, page.status_code) == (400, 400)
    assert call["Content-Type"] == "application/problem+json"
    assert "Host" in json.loads(call.content)["detail"]
    assert "<h1" in page.content.decode()
