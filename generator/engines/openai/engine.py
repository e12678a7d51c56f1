"""Writes cases with any model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

from generator.drafts import Analysis, Brief, CaseDraft, Language, Passage, Usage
from generator.engines.errors import EngineInterrupted
from generator.engines.openai.analysis import read_analysis
from generator.engines.openai.cases import case_maker
from generator.engines.openai.client import Client
from generator.engines.openai.endpoint import Endpoint
from generator.engines.openai.prompts import analysis_question, case_question
from generator.engines.openai.reading import ObjectReader, read_document
from generator.engines.openai.refusals import plain_reason
from generator.engines.openai.stream import Answer

STALL_SECONDS = 120.0

_NOTHING_MISSING = re.compile(r'\s*(```(json)?\s*)?(\{\s*"cases"\s*:\s*\[\s*\]\s*\}|\[\s*\])\s*(```\s*)?')
_TRUNCATED = ("length", "max_tokens")
# DeepSeek, vLLM and OpenRouter say so when they, not the model, ended the answer.
_ABORTED = {
    "content_filter": "the provider's content filter stopped the answer",
    "insufficient_system_resource": "the provider ran out of capacity",
    "abort": "the provider aborted the answer",
    "error": "the provider reported an error",
}


class OpenAIEngine:
    name: Literal["openai", "rules"] = "openai"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        stall_seconds: float = STALL_SECONDS,
        on_bytes: Callable[[], None] | None = None,
    ) -> None:
        self.model = endpoint.model
        self.sees = endpoint.vision
        self._endpoint = endpoint
        self._client = Client(endpoint, stall_seconds, on_bytes)

    async def analyse(self, passage: Passage, language: Language) -> tuple[Analysis, Usage]:
        answer = Answer()
        async with aclosing(self._client.ask(analysis_question(passage, language), answer)) as texts:
            text = "".join([piece async for piece in texts])
        if answer.trouble:
            raise answer.trouble
        if not answer.finish_reason:
            raise _unfinished()
        analysis = replace(read_analysis(read_document(text), passage), images=answer.images)
        return analysis, answer.usage or Usage()

    async def write(self, brief: Brief) -> AsyncGenerator[CaseDraft | Usage, None]:
        answer = Answer()
        reader = ObjectReader(case_maker(brief))
        known = {title.casefold() for title in brief.written}
        async with aclosing(self._client.ask(case_question(brief), answer)) as texts:
            async for text in texts:
                for case in reader.feed(text):
                    if case.title.casefold() not in known:
                        yield case
        for case in reader.finish():
            if case.title.casefold() not in known:
                yield case
        if answer.usage:
            yield answer.usage
        self._check_whole(answer, reader, brief)

    async def aclose(self) -> None:
        await self._client.aclose()

    def _check_whole(self, answer: Answer, reader: ObjectReader[CaseDraft], brief: Brief) -> None:
        if answer.trouble:
            raise answer.trouble
        if answer.finish_reason in _ABORTED:
            raise EngineInterrupted("provider_error", _ABORTED[answer.finish_reason])
        if answer.finish_reason in _TRUNCATED:
            raise EngineInterrupted("invalid_output", "the answer reached the model's output limit")
        if not answer.finish_reason:
            raise _unfinished()
        is_asked_for_rest = bool(brief.written or brief.gaps or brief.pattern)
        if not reader.accepted and not (is_asked_for_rest and _NOTHING_MISSING.fullmatch(answer.head)):
            said = plain_reason(answer.head, self._endpoint.api_key) or "nothing"
            raise EngineInterrupted("invalid_output", f"the answer holds no test case; it began: {said}")
        if reader.is_open:
            raise EngineInterrupted("invalid_output", "the answer stopped in the middle of a test case")


def _unfinished() -> EngineInterrupted:
    return EngineInterrupted("provider_error", "the stream ended before the model had finished")
