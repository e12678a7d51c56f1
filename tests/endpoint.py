"""A model endpoint for tests: a small real HTTP server in its own thread, with faults to order.

Run one by hand with `python -m tests.endpoint --port 9000 --tokens-per-second 50`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from aiohttp import web

from tests.endpoint_faults import Fault, Faults, answer_to

CHARACTERS_PER_TOKEN = 4
CLOSE_CHECK_SECONDS = 0.01


@dataclass
class Request:
    """What one call looked like from here."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    started_at: float = field(default_factory=time.monotonic)
    ended_at: float | None = None
    finished: bool = False
    closed_early: bool = False


class ScriptedEndpoint(Faults):
    """`with ScriptedEndpoint() as endpoint: …endpoint.url…`; everything else may be set while it runs."""

    def __init__(self, port: int = 0, tokens_per_second: float = 0) -> None:
        super().__init__()
        self.port = port
        self.tokens_per_second = tokens_per_second
        self.api_key = "sk-test-6f1c9d2e8b7a4053"
        self.model = "scripted"
        self.requests: list[Request] = []
        self.answer: str | None = None  # says this instead of an answer of its own
        self.chunks: list[bytes] | None = None  # sends just these bytes as the body
        self.content_type = "text/event-stream"
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted endpoint", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [request.body for request in self.requests]

    def start(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the scripted endpoint did not start"
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    __enter__ = start

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        for prefix in ("", "/w/{process}"):  # a process may be known by an address of its own
            app.router.add_post(f"{prefix}/v1/chat/completions", self._chat)
            app.router.add_get(f"{prefix}/v1/models", self._models)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        request = self._note(http.path, dict(http.headers), await http.json())
        try:
            return await self._respond(http, request, self.fitting(request.body))
        except ConnectionError:
            request.closed_early = True
            raise
        finally:
            request.ended_at = time.monotonic()

    def _note(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Request:
        self.requests.append(Request(path, headers, body))
        return self.requests[-1]

    async def _respond(self, http: web.Request, request: Request, fault: Fault | None) -> web.StreamResponse:
        if fault and fault.status:
            text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body, ensure_ascii=False)
            kind = "text/html" if text.startswith("<") else "application/json"
            return web.Response(status=fault.status, text=text, content_type=kind, headers=fault.headers)
        if fault and fault.kind == "hang":
            await self._wait_for_close(http, request)
        if self.chunks is not None:
            return await self._send_chunks(http)
        text = self._text(request.body, fault)
        if not request.body.get("stream"):
            return web.json_response(_completion(text, request.body))
        return await self._stream(http, request, text, fault)

    def _text(self, body: dict[str, Any], fault: Fault | None) -> str:
        if self.answer is not None:
            return self.answer
        answer = answer_to(body)
        text = json.dumps(answer, ensure_ascii=False)
        if fault is None or "cases" not in answer:
            return text
        if fault.kind == "break":
            return text.replace('", "requirements"', ', "requirements"', 1)
        if fault.kind == "refuse":
            return text
        return _upto(answer["cases"], fault.cases)

    async def _send_chunks(self, http: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": self.content_type})
        await response.prepare(http)
        for chunk in self.chunks or ():
            await response.write(chunk)
            await asyncio.sleep(0)
        return response

    async def _stream(
        self, http: web.Request, request: Request, text: str, fault: Fault | None
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": self.content_type})
        await response.prepare(http)
        await response.write(_delta({"role": "assistant", "content": ""}))
        await self._send_text(response, request, text)
        kind = fault.kind if fault else ""
        if kind == "stall":
            await self._wait_for_close(http, request)
        if kind == "cut" and http.transport:
            await asyncio.sleep(0.05)  # an abort takes with it what is not sent yet
            http.transport.abort()
        if kind == "error" and fault:
            await response.write(_event({"error": fault.body}))
        if kind in ("stall", "cut", "error", "close"):
            return response
        reason = kind.removeprefix("finish:") if kind.startswith("finish:") else "stop"
        await response.write(_delta({}, "length" if kind == "length" else reason))
        if (request.body.get("stream_options") or {}).get("include_usage"):
            await response.write(_event({"choices": [], "usage": _usage(text, request.body)}))
        await response.write(b"data: [DONE]\n\n")
        request.finished = True
        return response

    async def _send_text(self, response: web.StreamResponse, request: Request, text: str) -> None:
        loop = asyncio.get_running_loop()
        started, rate = loop.time(), self.tokens_per_second
        for number, at in enumerate(range(0, len(text), CHARACTERS_PER_TOKEN), 1):
            await self._send_piece(response, text[at : at + CHARACTERS_PER_TOKEN])
            wait = started + number / rate - loop.time() if rate else 0
            await asyncio.sleep(max(wait, 0))

    async def _send_piece(self, response: web.StreamResponse, piece: str) -> None:
        await response.write(_delta({"content": piece}))

    async def _wait_for_close(self, http: web.Request, request: Request) -> None:
        while not self._stopping.is_set():
            if http.transport is None or http.transport.is_closing():
                request.closed_early = True
                raise ConnectionResetError
            await asyncio.sleep(CLOSE_CHECK_SECONDS)


def _upto(cases: list[dict[str, Any]], count: int) -> str:
    """The answer's beginning: `count` whole cases and half of the next."""
    whole = ", ".join(json.dumps(case, ensure_ascii=False) for case in cases[:count])
    half = json.dumps(cases[min(count, len(cases) - 1)], ensure_ascii=False)[:60] if cases else ""
    return '{"cases": [' + (f"{whole}, {half}" if whole else half)


def _event(said: object) -> bytes:
    return b"data: " + json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    head = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
    return _event({**head, "choices": [choice]})


def _usage(text: str, body: dict[str, Any]) -> dict[str, int]:
    asked = sum(len(str(message["content"])) for message in body["messages"])
    prompt, said = asked // CHARACTERS_PER_TOKEN, len(text) // CHARACTERS_PER_TOKEN
    return {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}


def _completion(text: str, body: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(text, body),
    }


@pytest.fixture(name="endpoint")
def scripted_endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint() as endpoint:
        yield endpoint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens-per-second", type=float, default=0)
    arguments = parser.parse_args()
    endpoint = ScriptedEndpoint(arguments.port, arguments.tokens_per_second).start()
    print(endpoint.url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
