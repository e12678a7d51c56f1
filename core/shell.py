"""What every page's frame shows: navigation, theme, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

NAVIGATION = [
    {"name": "generate", "url": reverse_lazy("generate"), "label": _("Generate")},
    {"name": "tasks", "url": reverse_lazy("tasks"), "label": _("Tasks")},
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context that `templates/core/base.html` needs."""
    theme = request.COOKIES.get("theme")
    return {
        "navigation": NAVIGATION,
        "theme": theme if theme in {"dark", "light"} else "dark",
        "version": settings.VERSION,
        "signup_open": settings.SIGNUP == "open",
    }
