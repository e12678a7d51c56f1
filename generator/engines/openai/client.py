"""The way to the endpoint, and the one place that knows the SDK's and the transports' errors."""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, contextmanager
from dataclasses import replace
from functools import cache
from http import HTTPStatus

import aiohttp
import httpx2
import openai
import openai.resources.chat.completions
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam

from generator.engines.errors import EngineError, EngineInterrupted, EngineRefused, ErrorCode
from generator.engines.openai.dialect import Dialect, dialect_of, learn
from generator.engines.openai.endpoint import Endpoint
from generator.engines.openai.refusals import complaint_in, plain_reason, refusal
from generator.engines.openai.schema import Question
from generator.engines.openai.stream import Answer

CONNECT_SECONDS = 10
CONNECTIONS = 1_000
IDLE_CONNECTIONS = 100
IDLE_SECONDS = 4  # below the 5 s after which uvicorn (vLLM) hangs up
LAST_BYTES_SECONDS = 0.1
PACE_ABOVE, PACE_SECONDS, LONGEST_PACE_SECONDS = 200, 0.0004, 0.1
"""From how many answers at once reads are paced, by how much for each more, and by how much at most."""

_Response = openai.AsyncAPIResponse[openai.AsyncStream[openai.types.chat.ChatCompletionChunk]]
# A raw read lets through whatever the transport raises: httpx2's errors, aiohttp's, the operating system's.
_CUT = (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)

_ABOUT_IMAGES = re.compile(r"image|vision|multi-?modal|picture", re.I)


@cache
def tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates takes 20 ms, and 150 more the first time."""
    return httpx2.create_ssl_context()


_open_answers = 0


@contextmanager
def _counted() -> Iterator[None]:
    """One more answer is being read in this process."""
    global _open_answers
    _open_answers += 1
    try:
        yield
    finally:
        _open_answers -= 1


class Client:
    """Asks one endpoint. Never retries: that is the task layer's."""

    def __init__(self, endpoint: Endpoint, stall_seconds: float, on_bytes: Callable[[], None] | None) -> None:
        self._endpoint = endpoint
        self._on_bytes = on_bytes
        timeout = httpx2.Timeout(stall_seconds, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
        # Numbers, since the aiohttp transport takes None as 100.
        limits = httpx2.Limits(
            max_connections=CONNECTIONS,
            max_keepalive_connections=IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
        )
        self._sdk = openai.AsyncOpenAI(
            api_key=endpoint.api_key.strip() or "none",
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=timeout,
            default_headers={"Accept-Encoding": "identity"},  # compressing proxies hold small chunks back
            http_client=openai.DefaultAioHttpClient(limits=limits, timeout=timeout, verify=tls()),
        )
        # The SDK fills these from the environment, where they are meant for OpenAI alone.
        self._sdk.organization = self._sdk.project = None

    async def ask(self, question: Question, answer: Answer) -> AsyncGenerator[str, None]:
        """Pieces of the answer's text, as `answer` reads them.

        Raises what stops a call before its answer begins. What ends an answer too early is left in
        `answer.trouble`, so that the reader can first give what is complete.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(_counted())
            response = await self._open(question, answer, stack)
            chunks = await stack.enter_async_context(aclosing(response.http_response.aiter_bytes()))
            try:
                async for chunk in chunks:
                    if self._on_bytes:
                        self._on_bytes()
                    if text := answer.feed(chunk):
                        yield text
                    if answer.is_over:
                        break
                    await self._pace()
            except _CUT as cut:
                if not answer.finish_reason:
                    answer.trouble = self._interruption(cut, "provider_error", "the connection broke")
            if text := answer.close():
                yield text
            if answer.error and not answer.trouble:
                answer.trouble = self._refusal_within(response, answer.error)
            await _read_to_end(chunks)

    @staticmethod
    async def _pace() -> None:
        """With very many answers at once, read each a little later and more of it: that halves its cost."""
        if _open_answers > PACE_ABOVE:
            await asyncio.sleep(min(LONGEST_PACE_SECONDS, (_open_answers - PACE_ABOVE) * PACE_SECONDS))

    async def aclose(self) -> None:
        await self._sdk.close()

    async def _open(self, question: Question, answer: Answer, stack: AsyncExitStack) -> _Response:
        """Send the request, in simpler and simpler words as long as the endpoint complains of them.

        A complaint about pictures is remembered by nobody: it may be about one that is broken.
        """
        if not self._endpoint.api_key.isascii():
            raise EngineRefused("authentication", "the API key holds characters that no key has")
        dialect = dialect_of(self._endpoint)
        while True:
            try:
                response = await stack.enter_async_context(self._request(question, dialect))
            except openai.APIStatusError as error:
                if question.images and _is_about_images(error):
                    question = replace(question, images=())
                    continue
                is_about_words = error.status_code in (400, 422)
                simpler = dialect.without(complaint_in(error.body)) if is_about_words else None
                if not simpler:
                    raise self._refusal(error) from None
                learn(self._endpoint, simpler)
                dialect = simpler
            except _CUT as error:
                words = "the endpoint cannot be reached"
                raise self._interruption(error, "endpoint_unreachable", words) from None
            else:
                answer.images = len(question.images)
                return response

    def _request(self, question: Question, dialect: Dialect) -> AbstractAsyncContextManager[_Response]:
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": question.system},
            {"role": "user", "content": _with_images(question) if question.images else question.user},
        ]
        return self._sdk.chat.completions.with_streaming_response.create(
            model=self._endpoint.model,
            messages=messages,
            stream=True,
            extra_body=dialect.fields(question.name, question.schema),
        )

    def _refusal(self, error: openai.APIStatusError) -> EngineError:
        body = error.body or error.response.text
        return refusal(error.status_code, body, error.response.headers, self._endpoint.api_key)

    def _refusal_within(self, response: _Response, error: object) -> EngineError:
        named = str(error.get("status") or error.get("code")) if isinstance(error, dict) else ""
        status = int(named) if re.fullmatch("[45][0-9]{2}", named) else 0
        return refusal(status, error, response.headers, self._endpoint.api_key)

    def _interruption(self, error: BaseException, code: ErrorCode, words: str) -> EngineInterrupted:
        """Names the innermost cause, since the SDK says only "Connection error."."""
        causes = [error]
        while (cause := causes[-1].__cause__ or causes[-1].__context__) and cause not in causes:
            causes.append(cause)
        if any(isinstance(cause, (httpx2.ReadTimeout, aiohttp.SocketTimeoutError)) for cause in causes):
            return EngineInterrupted("stalled", "the endpoint sent nothing for too long")
        if any(isinstance(cause, aiohttp.ServerDisconnectedError) for cause in causes):
            return EngineInterrupted("provider_error", "the endpoint closed the connection without an answer")
        detail = next((str(cause) for cause in reversed(causes) if str(cause)), type(error).__name__)
        return EngineInterrupted(code, plain_reason(f"{words}: {detail}", self._endpoint.api_key))


def _is_about_images(error: openai.APIStatusError) -> bool:
    return error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or bool(
        _ABOUT_IMAGES.search(complaint_in(error.body))
    )


def _with_images(question: Question) -> list[ChatCompletionContentPartParam]:
    parts: list[ChatCompletionContentPartParam] = [{"type": "text", "text": question.user}]
    for image in question.images:
        encoded = b64encode(image.content).decode()
        address = f"data:{image.media_type};base64,{encoded}"
        parts.append({"type": "image_url", "image_url": {"url": address}})
    return parts


async def _read_to_end(chunks: AsyncIterator[bytes]) -> None:
    """A body that was read to its end leaves its connection to the next call."""
    try:
        async with asyncio.timeout(LAST_BYTES_SECONDS):
            async for _ in chunks:
                pass
    except (*_CUT, TimeoutError):
        return
