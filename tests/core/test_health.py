import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core import drain, health, metrics
from generator.models import Worker

pytestmark = pytest.mark.django_db


def ready():
    response = health.readyz(RequestFactory().get("/readyz"))
    return response.status_code, response.content.decode()


def scrape(**meta):
    return metrics.metrics(RequestFactory().get("/metrics", **meta))


def test_a_process_without_a_worker_serves_but_says_degraded():
    status, body = ready()

    assert status == 200
    assert '"workers": "degraded"' in body
    assert '"database": "ok"' in body


def test_all_is_ok_with_a_worker():
    Worker.objects.create(host="here", pid=1, slots=1)

    assert '"status": "ok"' in ready()[1]


def test_a_redis_that_is_away_is_degraded(settings):
    settings.REDIS_URLS = ["redis://127.0.0.1:1/0"]

    status, body = ready()

    assert status == 200
    assert '"channel_layer": "degraded"' in body


def test_a_draining_process_is_not_ready(monkeypatch):
    monkeypatch.setattr(drain, "_since", 0.0)

    assert ready()[0] == 503
    assert health.healthz(RequestFactory().get("/healthz")).status_code == 200


def test_metrics_count_tasks_and_workers(task):
    text = scrape().content.decode()

    assert 'caseloom_tasks{status="pending"} 1.0' in text
    assert "caseloom_workers_alive 0.0" in text
    assert "caseloom_oldest_pending_seconds" in text


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "10.0.0.1"},
        {"HTTP_AUTHORIZATION": "Bearer no"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_CF_CONNECTING_IP": "127.0.0.1"},
    ],
)
def test_metrics_are_for_the_machine_itself(meta):
    assert scrape(**meta).status_code == 403


def test_metrics_open_with_their_token(settings):
    settings.METRICS_TOKEN = "let-me-in"

    assert scrape(REMOTE_ADDR="10.0.0.1", HTTP_AUTHORIZATION="Bearer let-me-in").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_are_only_read(path):
    response = Client(enforce_csrf_checks=True).post(path)

    assert response.status_code == 405
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_whatever_host_is_asked_for(path):
    answer = health.ProbesMiddleware(lambda request: pytest.fail(f"{request.path} went on"))

    assert answer(RequestFactory().get(path, HTTP_HOST="10.1.2.3")).status_code == 200


def test_anything_but_probes_goes_on():
    page = HttpResponse()

    assert health.ProbesMiddleware(lambda _: page)(RequestFactory().get("/healthz/more")) is page


def test_probes_are_answered_whatever_host_they_name(db, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    probe = Client(headers={"Host": "10.0.0.1"})

    for path in ("/healthz", "/readyz"):
        assert probe.get(path).status_code == 200
        assert probe.post(path).status_code == 405


def test_a_foreign_host_gets_a_problem_under_the_api_and_a_page_elsewhere(db, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    stranger = Client(headers={"Host": "evil.example"})

    problem = stranger.get("/api/v1/me")
    page = stranger.get("/tasks/", headers={"Accept-Language": "zh-hans"})

    assert (problem.status_code, problem["Content-Type"]) == (400, "application/problem+json")
    assert page.status_code == 400
    assert "请求有误" in page.text
