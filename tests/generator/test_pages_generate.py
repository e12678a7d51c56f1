import json
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from limits import parse

from core import throttle
from generator.inputs import REQUIREMENT_LIMIT
from generator.models import Task
from tests.generator.cast_of_pages import write_cases

TEXT = "Lock the account after 5 wrong passwords."
HTMX = {"HX-Request": "true"}


def test_the_form_works_without_javascript(page, ada):
    response = page.post("/", {"requirement": TEXT, "detail": "brief", "types": ["security"]})

    task = Task.objects.get(owner=ada)
    assert (response.status_code, response.url) == (303, f"/tasks/{task.pk}/")
    assert (task.requirement, task.options["detail"], task.options["types"]) == (TEXT, "brief", ["security"])


def test_with_htmx_the_page_stays_and_gets_the_tasks_card(page, ada):
    response = page.post("/", {"requirement": TEXT}, headers=HTMX)

    task = Task.objects.get(owner=ada)
    assert response.status_code == 200
    assert response.text.count(f'data-task="{task.pk}"') == 1
    assert f'data-cases="{task.pk}"' in response.text
    assert "<html" not in response.text


def test_files_alone_make_a_task(page, ada):
    page.post(
        "/", {"files": [SimpleUploadedFile("a.txt", TEXT.encode()), SimpleUploadedFile("b.md", b"# B")]}
    )

    assert [document.name for document in Task.objects.get(owner=ada).documents.all()] == ["a.txt", "b.md"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"requirement": "  "}, "requirement"),
        ({"requirement": "x" * (REQUIREMENT_LIMIT + 1)}, "requirement"),
        ({"requirement": TEXT, "title": "t" * 201}, "title"),
        ({"requirement": TEXT, "detail": "huge"}, "detail"),
        ({"requirement": TEXT, "types": ["magic"]}, "types"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_names_the_field(page, form, field):
    response = page.post("/", form)

    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.text
    assert form["requirement"] in response.text
    assert not Task.objects.exists()


def test_a_bad_file_is_named(page):
    response = page.post("/", {"requirement": TEXT, "files": SimpleUploadedFile("virus.exe", b"MZ")})

    assert response.status_code == 422
    assert "virus.exe" in response.text
    assert TEXT in response.text


def test_with_htmx_bad_input_changes_only_what_is_said_of_it(page):
    response = page.post("/", {"requirement": ""}, headers=HTMX)

    assert (response.status_code, response["HX-Retarget"]) == (422, "#request-errors")
    assert "<textarea" not in response.text


def test_starting_too_often_must_wait(page, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "tasks", parse("1/hour"))
    answers = [page.post("/", {"requirement": TEXT}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 429]


def test_the_newest_task_is_shown_with_its_cases_and_the_others_as_rows(page, ada, analysed):
    page.post("/", {"requirement": "Older? No: newer."})
    Task.objects.filter(pk=analysed.pk).update(created_at="2099-01-01T00:00:00Z")
    write_cases(analysed)
    html = page.get("/").text

    assert html.count('data-case="TC-001"') == 1
    for task in Task.objects.all():
        assert html.count(f'data-task="{task.pk}"') == 1


def test_the_page_says_that_no_model_is_configured(page, settings):
    settings.LLM_ENDPOINTS = []

    assert "Rules engine" in page.get("/").text


def test_the_page_names_the_model(page, settings):
    settings.LLM_ENDPOINTS = [{"name": "a", "base_url": "http://127.0.0.1:9", "model": "qwen-7b"}]

    assert "qwen-7b" in page.get("/").text


def test_another_users_tasks_are_not_there(client, bob, task):
    client.force_login(bob)

    assert str(task.pk) not in client.get("/").text


def key_of(html):
    return re.findall(r'name="idempotency_key" value="([^"]+)"', html)[0]


def test_each_rendering_of_the_form_has_a_key_of_its_own(page):
    assert key_of(page.get("/").text) != key_of(page.get("/").text)


def test_what_is_sent_twice_from_one_form_is_one_task(page):
    form = {"requirement": TEXT, "idempotency_key": key_of(page.get("/").text)}
    answers = [page.post("/", form) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Task.objects.count() == 1


def test_a_changed_text_from_the_same_form_is_another_task_sent_twice_or_not(page):
    key = key_of(page.get("/").text)
    texts = [TEXT, "Mail the owner.", "Mail the owner.", TEXT]
    answers = [page.post("/", {"requirement": text, "idempotency_key": key}) for text in texts]

    assert {answer.status_code for answer in answers} == {303}
    assert Task.objects.count() == 2
    assert answers[1].url == answers[2].url != answers[3].url


def test_the_same_key_from_two_people_is_two_tasks(page, client, bob):
    form = {"requirement": TEXT, "idempotency_key": str(uuid4())}
    page.post("/", form)
    client.force_login(bob)
    client.post("/", form)

    assert Task.objects.count() == 2


def test_with_htmx_the_form_gets_the_next_key_with_the_card(page):
    form = {"requirement": TEXT, "idempotency_key": key_of(page.get("/").text)}
    stored = json.loads(page.post("/", form, headers=HTMX)["HX-Trigger"])["request:stored"]

    page.post("/", {**form, "idempotency_key": stored["next"]}, headers=HTMX)

    assert Task.objects.count() == 2


def test_what_was_refused_keeps_its_key(page):
    key = key_of(page.get("/").text)

    assert key_of(page.post("/", {"requirement": "", "idempotency_key": key}).text) == key
