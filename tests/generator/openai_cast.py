"""The brief that the openai engine's tests write, and short ways to let it write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from generator.drafts import Brief, CaseDraft, Item, ItemDraft, Options, Passage, Span, Usage
from generator.engines.errors import EngineError
from generator.engines.openai import Endpoint, OpenAIEngine
from generator.engines.openai.dialect import forget_dialects
from tests.endpoint import ScriptedEndpoint

LOCKING = "The account is locked after 5 wrong passwords"
NAMING = "A user name is required"
BRIEF = Brief(
    title="Signing in",
    items=(Item("R1", LOCKING, LOCKING, heading="Signing in"), Item("R2", NAMING, NAMING)),
    language="en",
    outline=("Signing in", "Signing out"),
)
CASES_OF_BRIEF = 5


def brief(**changes: Any) -> Brief:
    return replace(BRIEF, **changes)


def options(**changes: Any) -> Options:
    return replace(Options(), **changes)


def address(endpoint: ScriptedEndpoint) -> Endpoint:
    return Endpoint("scripted", endpoint.url, endpoint.api_key, endpoint.model)


@pytest.fixture(name="engine_at")
async def engine_factory() -> AsyncIterator[Callable[..., OpenAIEngine]]:
    """Makes engines that have learned nothing yet, and closes them."""
    forget_dialects()
    engines: list[OpenAIEngine] = []

    def engine_at(place: ScriptedEndpoint | Endpoint, **settings: Any) -> OpenAIEngine:
        endpoint = place if isinstance(place, Endpoint) else address(place)
        engines.append(OpenAIEngine(endpoint, **settings))
        return engines[-1]

    yield engine_at
    for engine in engines:
        await engine.aclose()


async def written(engine: OpenAIEngine, asked: Brief = BRIEF) -> tuple[list[CaseDraft], Usage | None]:
    cases, usage, _ = await written_until_error(engine, asked, reraise=True)
    return cases, usage


async def written_until_error(
    engine: OpenAIEngine, asked: Brief = BRIEF, *, reraise: bool = False
) -> tuple[list[CaseDraft], Usage | None, EngineError | None]:
    cases: list[CaseDraft] = []
    usage: Usage | None = None
    try:
        async for one in engine.write(asked):
            if isinstance(one, Usage):
                usage = one
            else:
                cases.append(one)
    except EngineError as error:
        if reraise:
            raise
        return cases, usage, error
    return cases, usage, None


def passage_of(text: str, *candidates: str, document: int = 0, start: int = 0) -> Passage:
    found = []
    for words in candidates:
        at = start + text.index(words)
        found.append(ItemDraft(Span(document, at, at + len(words)), words, words))
    return Passage(document, start, text, tuple(found))
