"""Whoever asks for a task chooses among the endpoints that the administrator configured."""

import pytest

from generator.models import Task

TEXT = "The account must be locked after 5 wrong passwords."


@pytest.fixture(autouse=True)
def endpoints(settings):
    place = {"base_url": "http://127.0.0.1:9/secret-path", "api_key": "sk-secret"}
    settings.LLM_ENDPOINTS = [
        {"name": "near", "model": "qwen-7b", "input_price": 1.0, "output_price": 2.0} | place,
        {"name": "far", "model": "gpt-5", "input_price": 10.0, "output_price": 20.0} | place,
    ]


def ask(api, **options):
    return api.post("/tasks", {"requirement": TEXT, "options": options})


@pytest.mark.parametrize(
    ("chosen", "facts"),
    [
        ({}, ("openai", "qwen-7b")),
        ({"endpoint": "far"}, ("openai", "gpt-5")),
        ({"endpoint": "rules"}, ("rules", "")),
    ],
)
def test_a_task_is_asked_of_what_was_chosen_and_of_the_first_one_otherwise(api, chosen, facts):
    task = ask(api, **chosen).json()

    assert (task["engine"], task["model"]) == facts
    assert set(task["options"]) == {"language", "types", "techniques", "detail", "instruction"}


def test_an_endpoint_that_is_none_is_refused_with_the_names_of_those_that_are(api):
    answer = ask(api, endpoint="other")

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "options.endpoint"
    assert "near, far, rules" in error["message"]
    assert not Task.objects.exists()


def test_an_estimate_is_priced_by_what_is_chosen(api):
    def cost(endpoint):
        return api.post("/estimate", {"requirement": TEXT, "options": {"endpoint": endpoint}}).json()["cost"]

    assert cost("far") == pytest.approx(10 * cost("near"), rel=0.01)
    assert cost("rules") is None


def test_the_page_offers_names_and_models_alone_and_remembers_the_last_choice(client, ada):
    client.force_login(ada)
    first = client.get("/").text
    client.post("/", {"requirement": TEXT, "endpoint": "far"})
    then = client.get("/").text

    assert Task.objects.get().model == "gpt-5"
    assert '<option value="near" selected>near (qwen-7b)</option>' in first
    assert '<option value="far" selected>far (gpt-5)</option>' in then
    assert '<option value="rules">' in then
    assert "secret" not in then


def test_the_choice_of_a_task_whose_endpoint_is_gone_is_the_first_one(client, ada, settings):
    client.force_login(ada)
    client.post("/", {"requirement": TEXT, "endpoint": "far"})
    settings.LLM_ENDPOINTS = settings.LLM_ENDPOINTS[:1]

    assert '<option value="near" selected>' in client.get("/").text
