"""The model endpoint of the chaos tests: it knows which process asks for what, and paces each call."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any, cast

from aiohttp import web

from tests.endpoint import Request, ScriptedEndpoint

BRISK_SECONDS, SLOW_SECONDS = 3.0, 40.0
"""How long an answer takes that may end, and one that may not yet: it waits before its end."""
JITTER = 0.3
TICK_SECONDS = 0.2
LAST_CHARACTERS = 8
QUIET_SECONDS = 0.3
"""Within this time of the end of its call at the endpoint a result may not be stored yet."""
ALL_CALLS = 1_000


@dataclass(frozen=True)
class Asked:
    """What a call asks for: the same again is a second payment."""

    tenant: str
    stage: str
    part: str = ""

    def __str__(self) -> str:
        return f"tenant {self.tenant}, {self.stage} {self.part}".strip()


@dataclass
class Call(Request):
    """A request by a process of the fleet. Times are monotonic."""

    asked: Asked = field(default_factory=lambda: Asked("", ""))
    process: int = 0
    streaming_since: float | None = None
    may_end: bool = False

    @property
    def finished_at(self) -> float | None:
        """When the whole answer had been sent."""
        return self.ended_at if self.finished else None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_in_mid_stream(self) -> bool:
        return self.is_open and self.streaming_since is not None


class Model(ScriptedEndpoint):
    """Lets every task finish `allowance` calls briskly; the ones beyond go slowly and don't end."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.allowance = ALL_CALLS
        self.allowances: dict[str, int] = {}
        """Of single tenants, before `allowance`."""
        self._seed = seed
        self._calls_of: defaultdict[str, list[Call]] = defaultdict(list)
        self._held: int | None = None

    def url_for(self, process: int) -> str:
        """The address by which calls of that process are known."""
        return f"http://127.0.0.1:{self.port}/w/{process}/v1"

    @property
    def calls(self) -> list[Call]:
        return cast(list[Call], list(self.requests))

    def calls_of(self, process: int) -> list[Call]:
        return [call for call in self.calls if call.process == process]

    def in_mid_stream(self, process: int) -> list[Call]:
        return [call for call in self.calls_of(process) if call.is_in_mid_stream]

    def tenants_at(self, process: int) -> set[str]:
        """Whose calls that process has open."""
        return {call.asked.tenant for call in self.calls_of(process) if call.is_open}

    def is_quiet(self, process: int) -> bool:
        """In mid-stream, with nothing finished so lately that it may not be stored yet."""
        since = time.monotonic() - QUIET_SECONDS
        lately = any((call.finished_at or 0) > since for call in self.calls_of(process))
        return not lately and bool(self.in_mid_stream(process))

    def finished(self, tenant: str) -> set[Asked]:
        return {call.asked for call in list(self._calls_of[tenant]) if call.finished}

    @contextmanager
    def no_endings(self, process: int) -> Iterator[None]:
        """Within this, no call of that process ends."""
        self._held = process
        self._go_round()  # an end under way is over now
        yield
        self._go_round()  # and what was cut is known to be
        self._held = None

    def _go_round(self) -> None:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result(10)

    def _note(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Request:
        process = re.match(r"/w/(\d+)/", path)
        call = Call(path, headers, body, asked=asked_by(body), process=int(process[1]) if process else 0)
        self._calls_of[call.asked.tenant].append(call)
        self.requests.append(call)
        return call

    async def _send_text(self, response: web.StreamResponse, request: Request, text: str) -> None:
        call = cast(Call, request)
        nth = len(self._calls_of[call.asked.tenant])
        pace = random.Random(f"{self._seed} {call.asked} {nth}").uniform(1 - JITTER, 1 + JITTER)
        sent = 0
        while sent < len(text):
            seconds = (BRISK_SECONDS if self._may_end(call) else SLOW_SECONDS) * pace
            until = sent + ceil(len(text) * TICK_SECONDS / seconds)
            ends = call.may_end and call.process != self._held
            until = min(until, len(text) if ends else max(sent, len(text) - LAST_CHARACTERS))
            await self._send_piece(response, text[sent:until])
            call.streaming_since = call.streaming_since or time.monotonic()
            sent = until
            if sent < len(text):
                await asyncio.sleep(TICK_SECONDS)

    def _may_end(self, call: Call) -> bool:
        """Once a call was let go it stays so; asking again for something finished takes no allowance."""
        if not call.may_end:
            others = self._calls_of[call.asked.tenant]
            let_go = {other.asked for other in others if other.finished or (other.may_end and other.is_open)}
            allowance = self.allowances.get(call.asked.tenant, self.allowance)
            call.may_end = call.asked in let_go or len(let_go) < allowance
        return call.may_end


def asked_by(body: dict[str, Any]) -> Asked:
    """Read off our prompts: what is said of which tenant."""
    content = str(body["messages"][-1]["content"])
    tenant = re.search(r"\btenant ([A-Z]{2})\b", content)
    known = json.loads(content)
    name = tenant[1] if tenant else "?"
    if "passage" in known:
        return Asked(name, "analysing", known["passage"][:20].replace("\n", " "))
    if "gaps" in known:
        return Asked(name, "reviewing")
    return Asked(name, "generating", known["section"])
