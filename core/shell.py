"""What every page's frame shows: navigation, theme, language, style sheets and modules."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

NAVIGATION = [
    {"name": "generate", "url": reverse_lazy("generate"), "label": _("Generate")},
    {"name": "tasks", "url": reverse_lazy("tasks"), "label": _("Tasks")},
]
THEMES = ("dark", "light")
LAYERS = "tokens.css"
"""The style sheet that states the order of the layers, so it comes before all others."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context that `templates/core/base.html` needs."""
    return {
        "navigation": NAVIGATION,
        "section": _section_of(request.path),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "version": settings.VERSION,
        "signup_open": settings.SIGNUP == "open",
        "style_sheets": [static(f"css/{name}") for name in _names("css")],
        "module_map": json.dumps(
            {"imports": {f"caseloom/{name}": static(f"js/{name}") for name in _names("js")}}
        ),
    }


def _section_of(path: str) -> str:
    """The entry of the navigation beneath which a page lies."""
    beneath = (str(entry["name"]) for entry in NAVIGATION[1:] if path.startswith(str(entry["url"])))
    return next(beneath, "")


def theme_of(request: HttpRequest) -> str:
    """The theme that this browser chose, else the dark one."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else THEMES[0]


@cache
def _names(kind: str) -> list[str]:
    """Files of `static/<kind>/`, the layers first."""
    names = (path.name for path in (settings.BASE_DIR / "static" / kind).glob(f"*.{kind}"))
    return sorted(names, key=lambda name: (name != LAYERS, name))
