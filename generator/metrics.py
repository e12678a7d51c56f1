"""What `/metrics` and `/readyz` say about tasks and workers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Min, Sum
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from generator.models import Task, TaskCounts, Worker


def has_workers() -> bool:
    return Worker.objects.alive().exists()


def gauges() -> Iterator[Metric]:
    tasks = GaugeMetricFamily("caseloom_tasks", "Tasks that are not deleted, by status.", labels=["status"])
    totals = TaskCounts.objects.aggregate(**{status: Sum(status) for status in Task.Status.values})
    for status, total in totals.items():
        tasks.add_metric([status], total or 0)
    yield tasks
    workers = Worker.objects.alive().count()
    yield GaugeMetricFamily("caseloom_workers_alive", "Worker processes that take tasks.", workers)
    yield GaugeMetricFamily(
        "caseloom_oldest_pending_seconds",
        "How long the oldest pending task has waited.",
        _oldest_pending_seconds(),
    )


def _oldest_pending_seconds() -> float:
    oldest = Task.objects.visible().pending().aggregate(oldest=Min("created_at"))["oldest"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0
