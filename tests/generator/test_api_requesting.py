import json

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from generator.models import Document, Task
from realtime.models import Event

TEXT = "Lock the account after 5 wrong passwords."


def latest_event(user):
    return json.loads(Event.objects.filter(user=user).order_by("seq").last().frame)


def problem_fields(response):
    assert response["Content-Type"] == "application/problem+json"
    return [error["field"] for error in response.json()["errors"]]


def test_a_request_answers_at_once_with_a_pending_task(api, ada):
    response = api.post("/tasks", {"requirement": TEXT})

    made = response.json()
    assert response.status_code == 202
    assert made["status"] == "pending"
    assert made["title"] == TEXT
    assert made["queue_position"] == 1
    assert made["waiting_for"] == "worker"
    assert made["engine"] == "rules"
    assert made["options"]["detail"] == "standard"
    assert latest_event(ada)["type"] == "task.created"


def test_the_api_and_the_event_say_the_same(api, ada):
    made = api.post("/tasks", {"requirement": TEXT}).json()

    assert latest_event(ada)["task"] == made


def test_files_and_text_come_as_a_form(api):
    response = api.upload(
        "/tasks",
        requirement="a\r\nb",
        options='{"detail": "brief"}',
        files=[ContentFile(b"one", name="1.txt"), ContentFile(b"two", name="2.md")],
    )

    whole = api.get(f"/tasks/{response.json()['id']}").json()
    assert response.status_code == 202
    assert whole["requirement"] == "a\nb"
    assert whole["options"]["detail"] == "brief"
    assert [document["name"] for document in whole["documents"]] == ["requirement.txt", "1.txt", "2.md"]
    assert whole["documents"][0] == {"name": "requirement.txt", "size": 3, "text_length": 3}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "requirement"),
        ({"requirement": " "}, "requirement"),
        ({"requirement": "\u200b\u2028\u2800\ufe0f"}, "requirement"),
        ([], "requirement"),
        ({"requirement": TEXT, "option": {}}, "option"),
        ({"requirement": TEXT, "options": {"detail": "full"}}, "options.detail"),
        ({"requirement": "a\0"}, "requirement"),
    ],
)
def test_a_bad_request_names_its_field_and_makes_nothing(api, body, field):
    response = api.post("/tasks", body)

    assert response.status_code == 422
    assert problem_fields(response) == [field]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"files": [ContentFile(b"%PDF-1.7", name="a.txt")]}, 415),
        ({"files": [ContentFile(b"x", name="a.exe")]}, 415),
        ({"files": [ContentFile(b"", name="a.txt")]}, 422),
        ({"files": [ContentFile(b"x", name="a.txt")] * 11}, 422),
        ({"files": [ContentFile(b"x" * (2**20 + 1), name="a.txt")]}, 413),
        ({"file": [ContentFile(b"x", name="a.txt")]}, 422),
        ({"requirement": TEXT, "options": "{"}, 422),
        ({"requirement": ""}, 422),
    ],
)
def test_a_bad_form_is_refused(api, settings, form, status):
    settings.MAX_UPLOAD_MB = 1

    response = api.upload("/tasks", **form)

    assert response.status_code == status
    assert problem_fields(response)
    assert not Task.objects.exists()


def test_an_idempotency_key_gives_the_same_task(api):
    key = {"headers": {"Idempotency-Key": "once"}}
    first = api.post("/tasks", {"requirement": TEXT}, **key)
    again = api.post("/tasks", {"requirement": TEXT}, **key)

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]


def test_an_idempotency_key_with_another_body_conflicts(api):
    key = {"headers": {"Idempotency-Key": "once"}}
    api.post("/tasks", {"requirement": TEXT}, **key)

    assert api.post("/tasks", {"requirement": "Something else"}, **key).status_code == 409


@pytest.mark.parametrize("key", ["x" * 256, "two words", "schlüssel"])
def test_a_bad_idempotency_key_is_refused(api, key):
    response = api.post("/tasks", {"requirement": TEXT}, headers={"Idempotency-Key": key})

    assert response.status_code == 422
    assert problem_fields(response) == ["Idempotency-Key"]


def test_the_61st_request_of_a_minute_must_wait(api, monkeypatch):
    from limits import parse

    from core import throttle

    monkeypatch.setitem(throttle.RATES, "tasks", parse("1/minute"))
    api.post("/tasks", {"requirement": TEXT})
    response = api.post("/tasks", {"requirement": TEXT})

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert api.get("/tasks").status_code == 200


def test_an_estimate_asks_no_model_and_stores_nothing(api):
    response = api.post("/estimate", {"requirement": TEXT})

    estimate = response.json()
    assert response.status_code == 200
    assert estimate["items"] >= 1
    assert estimate["sections"] >= 1
    assert estimate["cases"] >= 1
    assert (estimate["input_tokens"], estimate["output_tokens"], estimate["cost"]) == (0, 0, None)
    assert not Task.objects.exists()


def test_an_estimate_for_a_model_counts_tokens_and_money(api, settings):
    settings.LLM_ENDPOINTS = [
        {"name": "x", "base_url": "http://x", "model": "m", "input_price": 1.0, "output_price": 2.0}
    ]

    estimate = api.post("/estimate", {"requirement": TEXT}).json()

    assert estimate["input_tokens"] > 0
    assert estimate["cost"] == (estimate["input_tokens"] + 2 * estimate["output_tokens"]) / 1_000_000


def test_a_long_first_line_becomes_a_title_that_shows_where_it_was_cut(api):
    sentence = (
        "Lock the account for fifteen minutes after five wrong passwords, whoever has typed them and why."
    )

    title = api.post("/tasks", {"requirement": f"# {sentence}"}).json()["title"]

    assert len(title) <= 80
    assert title.endswith("…")
    assert sentence.startswith(title[:-1])


@pytest.mark.parametrize("marks", ["---", "#", "***", "•", "> "])
def test_a_text_of_nothing_but_marks_is_a_request_like_any_other(api, marks):
    answer = api.post("/tasks", {"requirement": marks})

    assert answer.status_code == 202
    assert answer.json()["title"] == marks.strip()


def form_of(*parts, end=b"--x--\r\n"):
    """Parts of headers and content, with the boundary x."""
    disposition = b"--x\r\nContent-Disposition: form-data; "
    data = b"".join(disposition + headers + b"\r\n\r\n" + content + b"\r\n" for headers, content in parts)
    return {"data": data + end, "content_type": "multipart/form-data; boundary=x"}


FIELD = b'name="requirement"'
FILE = b'name="files"; filename="a.txt"'


@pytest.mark.parametrize(
    "form",
    [
        form_of((FIELD, b"Lock the account"), end=b""),
        form_of((FILE, b"Lock the account"), end=b""),
        form_of((FILE, b"Lock the account"), end=b"--x\r\n"),
        form_of((FIELD, b"Lock\xff the account")),
    ],
)
def test_a_form_that_is_cut_off_or_no_utf8_is_malformed(api, form):
    response = api.post("/tasks", **form)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not Task.objects.exists()


def test_a_form_needs_no_more_than_its_end(api):
    form = form_of((FIELD, "锁定账户".encode()), (FILE, b"x" * 300_000), end=b"--x--")

    assert api.post("/tasks", **form).status_code == 202


def test_a_form_that_is_cut_off_is_malformed_for_a_session_too(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    client.cookies["csrftoken"] = "a" * 32

    response = client.generic(
        "POST", "/api/v1/tasks", **form_of((FIELD, b"x"), end=b""), headers={"X-CSRFToken": "a" * 32}
    )

    assert response.status_code == 400


@pytest.mark.parametrize(("length", "status"), [(600, 202), (5_000, 422)])
def test_a_files_long_name_is_shortened_or_named(api, length, status):
    name = b"a" * length + b".txt"

    response = api.post("/tasks", **form_of((b'name="files"; filename="' + name + b'"', b"text")))

    assert response.status_code == status
    if status == 422:
        assert problem_fields(response) == ["files"]
    else:
        assert len(Document.objects.get().name) == 255
