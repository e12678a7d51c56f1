"""A model endpoint that costs next to nothing: it shares the machine with what it measures.

`python -m bench.endpoint` prints its address and serves until it is ended. A section whose title says
"takes 200 tokens" gets an answer of 200 tokens at 50 a second; analyses are answered at once. `GET /log`
gives what was sent and when (`time.monotonic`, which all processes of a Linux machine share).
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.answers import Script, analysis_script, cases_script

TOKENS_PER_SECOND = 50
TICK_SECONDS = 0.02
TOKENS_UNLESS_TOLD = 200

_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
_TOKENS = re.compile(r"takes (\d+) tokens")
_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


@dataclass
class Entry:
    """One answer, as the log tells it."""

    label: str
    tokens: int
    started: float
    closed: list[float] = field(default_factory=list)
    ended: float | None = None
    cut: bool = False


class Stream:
    """An answer under way."""

    def __init__(self, transport: asyncio.Transport, script: Script, entry: Entry) -> None:
        self.transport = transport
        self.script = script
        self.entry = entry
        self._body = memoryview(script.body)
        self._sent = 0
        transport.write(_STREAM_HEAD + script.body[: script.ends[0]])

    def go_on(self, now: float) -> bool:
        """Send what is due. False when that was the last of it."""
        script, sent = self.script, self._sent
        due = min(int((now - self.entry.started) * TOKENS_PER_SECOND), script.tokens)
        if due <= sent:
            return True
        self._sent = due
        closed = len(self.entry.closed)
        if closed < len(script.closes) and script.closes[closed] <= due:
            at = time.monotonic()
            self.entry.closed += [at for token in script.closes[closed:] if token <= due]
        self.transport.write(self._body[script.ends[sent] : script.ends[due]])
        if due < script.tokens:
            return True
        self.entry.ended = time.monotonic()
        return False


class Endpoint:
    """All streams, and the one clock that moves them."""

    def __init__(self) -> None:
        self.streams: dict[asyncio.Transport, Stream] = {}
        self.log: list[Entry] = []
        self.ticks_late: list[tuple[float, float]] = []
        """When a tick came more than a tick too late, and by how much: the endpoint itself was starved."""

    async def tick(self) -> None:
        loop = asyncio.get_running_loop()
        next_at = loop.time()
        while True:
            next_at += TICK_SECONDS
            await asyncio.sleep(next_at - loop.time())
            now = loop.time()
            if self.streams and now - next_at > TICK_SECONDS:
                self.ticks_late.append((now, now - next_at))
            next_at = max(next_at, now - TICK_SECONDS)
            for transport in [
                transport for transport, stream in self.streams.items() if not stream.go_on(now)
            ]:
                del self.streams[transport]

    def answer(self, transport: asyncio.Transport, body: bytes) -> None:
        known = json.loads(json.loads(body)["messages"][-1]["content"])
        now = time.monotonic()
        if "passage" in known:
            script = analysis_script(len(known.get("candidates", ())))
            transport.write(_STREAM_HEAD + script.body)
            self.log.append(Entry("", script.tokens, now, ended=now))
            return
        label = known.get("section", "")
        found = _TOKENS.search(label)
        keys = tuple(item["key"] for item in known["items"])
        script = cases_script(int(found[1]) if found else TOKENS_UNLESS_TOLD, keys)
        entry = Entry(label, script.tokens, now)
        self.log.append(entry)
        self.streams[transport] = Stream(transport, script, entry)

    def left(self, transport: asyncio.Transport) -> None:
        stream = self.streams.pop(transport, None)
        if stream:
            stream.entry.cut = True

    def log_json(self) -> bytes:
        said = {"streams": [asdict(entry) for entry in self.log], "ticks_late": self.ticks_late}
        return json.dumps(said).encode()


class Connection(asyncio.Protocol):
    """One client connection; requests on it come one after another."""

    transport: asyncio.Transport

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, exception: Exception | None) -> None:
        self._endpoint.left(self.transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, rest = self._received.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if not separator or len(rest) < length:
            return
        self._received = rest[length:]
        if head.startswith(b"POST"):
            self._endpoint.answer(self.transport, rest[:length])
            return
        said = self._endpoint.log_json()
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(said), said)
        )


async def serve() -> None:
    endpoint = Endpoint()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(endpoint), "127.0.0.1", 0, backlog=2_048
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await endpoint.tick()


if __name__ == "__main__":
    asyncio.run(serve())
