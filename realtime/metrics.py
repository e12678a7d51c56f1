"""What `/metrics` says about notifications."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from realtime.models import Notification


def gauges() -> Iterator[Metric]:
    unread = Notification.objects.unread().count()
    yield GaugeMetricFamily(
        "caseloom_notifications_unread", "Notifications that nobody has read yet.", unread
    )
