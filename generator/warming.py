"""What a worker loads before somebody has to wait for it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from generator.engines.openai.client import tls


def load_tls() -> None:
    """What the first call to an endpoint would have to wait for."""
    if settings.LLM_ENDPOINTS:
        tls()


def load_links() -> None:
    """All pages' modules, which the first link in a notice needs: two seconds, with its task locked."""
    reverse("tasks")
