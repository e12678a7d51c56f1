"""The engine for any OpenAI-compatible endpoint."""

from generator.engines.openai.endpoint import Endpoint
from generator.engines.openai.engine import OpenAIEngine

__all__ = ["Endpoint", "OpenAIEngine"]
