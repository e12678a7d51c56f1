"""What a task is asked of: one of the endpoints that the administrator configured, or the rules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.models import User
from generator.models import Task

RULES = "rules"
"""The rules engine's name among the endpoints, which may not bear it."""


def names() -> list[str]:
    """What `options.endpoint` may be; the first one is asked where nothing is chosen."""
    return [endpoint["name"] for endpoint in settings.LLM_ENDPOINTS] + [RULES]


def choices() -> list[tuple[str, str]]:
    """The same for people: names with models. Never an address or a key."""
    models = [(each["name"], f"{each['name']} ({each['model']})") for each in settings.LLM_ENDPOINTS]
    return [*models, (RULES, _("Rules engine (no model)"))]


def endpoint_named(name: str) -> dict[str, Any] | None:
    """None for the rules, and for what is not configured any more."""
    return next((endpoint for endpoint in settings.LLM_ENDPOINTS if endpoint["name"] == name), None)


def chosen(name: str) -> dict[str, Any] | None:
    """The endpoint for a new task, None for the rules; "" is the first that there is."""
    return endpoint_named(name or names()[0])


def engine_facts(name: str) -> dict[str, str]:
    """A task's fields that say what it is asked of."""
    endpoint = chosen(name)
    if endpoint is None:
        return {"engine": RULES, "model": "", "endpoint": ""}
    return {"engine": "openai", "model": endpoint["model"], "endpoint": endpoint["name"]}


def last_chosen(user: User) -> str:
    """What their newest task was asked of, as far as it is configured still."""
    newest = Task.objects.owned_by(user).order_by("-created_at", "-id").values_list("engine", "endpoint")
    engine, endpoint = newest.first() or ("", "")
    name = RULES if engine == RULES else endpoint
    return name if name in names() else names()[0]


def cost(endpoint: dict[str, Any] | None, input_tokens: int, output_tokens: int) -> float | None:
    """In the currency of the endpoint's prices; None without prices."""
    prices = endpoint or {}
    asked, said = prices.get("input_price"), prices.get("output_price")
    if asked is None or said is None:
        return None
    return float(input_tokens * asked + output_tokens * said) / 1_000_000
