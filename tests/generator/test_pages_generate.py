import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from limits import parse

from core import throttle
from generator.inputs import REQUIREMENT_LIMIT
from generator.models import Task
from tests.generator.cast_of_pages import write_cases

TEXT = "Lock the account after 5 wrong passwords."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ada):
    client.force_login(ada)
    return client


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
