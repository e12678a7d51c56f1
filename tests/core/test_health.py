import pytest
from django.test import RequestFactory

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
    [{"REMOTE_ADDR": "10.0.0.1"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_AUTHORIZATION": "Bearer no"}],
)
def test_metrics_are_for_the_machine_itself(meta):
    assert scrape(**meta).status_code == 403


def test_metrics_open_with_their_token(settings):
    settings.METRICS_TOKEN = "let-me-in"

    assert scrape(REMOTE_ADDR="10.0.0.1", HTTP_AUTHORIZATION="Bearer let-me-in").status_code == 200
