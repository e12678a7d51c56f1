"""Where a notification leads."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from realtime.notifications.models import Notification


def link_of(notification: Notification) -> str:
    """A whole address where this site knows its own (`PUBLIC_URL`), else a path."""
    url = notification.url or reverse("notifications")
    return f"{settings.PUBLIC_URL}{url}" if url.startswith("/") else url
