"""What writes cases: `openai` (any OpenAI-compatible endpoint) or `rules` (no model)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from generator.drafts import Engine
from generator.engines.errors import EngineRefused
from generator.engines.openai import Endpoint, OpenAIEngine
from generator.engines.rules import RulesEngine


def engine_for(name: str, endpoint: str, on_bytes: Callable[[], None]) -> Engine:
    """The engine that a task was requested with.

    `on_bytes` is called for every piece that a model sends. The rules are never a silent stand-in for a
    model: raise `EngineRefused` when the task's endpoint is no longer configured.
    """
    if name == "rules":
        return RulesEngine()
    for configured in settings.LLM_ENDPOINTS:
        if configured["name"] == endpoint:
            return OpenAIEngine(Endpoint(**configured), on_bytes=on_bytes)
    raise EngineRefused("model_not_found", f"The endpoint “{endpoint}” is no longer configured here.")
