"""The sockets' rows of design §8: latency, deliveries, memory, and a storm of reconnects."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Sequence

from bench.listening import Listener, listening, opened
from bench.options import Options
from bench.products import Stage, stage
from bench.table import Chart, Findings, Line, Row, percentile, spread

LEVELS = (1, 100, 1_000)
EVENTS = 300
"""Measured at each level, one after the other, so that none waits for another."""
PAUSE_SECONDS = 0.01
BURSTS = 20
WARM_UP = 50
STORM, MISSED = 1_000, 100
STORM_SECONDS = 90
JITTER_SECONDS = 0.5
"""What `events.js` waits at most before its first try."""
SETTLE_SECONDS = 2.0


def measure(findings: Findings, options: Options) -> None:
    chart = Chart("From the commit to the socket", "milliseconds", "per cent of the events", [], scale="log")
    for kind in options.kinds:
        if kind == "postgresql":  # the in-memory layer hears nothing from another process
            with stage(kind, runs="web") as on:
                for level in options.levels or LEVELS:
                    _latency(findings, chart, on, level)
                _deliveries(findings, on, max(options.levels or LEVELS))
        memory = [_kilobytes_a_socket(kind, STORM) for _ in range(options.repetitions)]
        findings.add(
            Row(
                f"memory of a socket, {STORM:,} open", kind, f"{spread(memory, '{:.0f}')} KB", "40 KB (45 KB)"
            )
        )
        storms = [asyncio.run(_storm(kind)) for _ in range(options.repetitions)]
        reached = f"{spread(storms, '{:.1f}')} s"
        what = f"{STORM:,} sockets back after a restart, {MISSED} missed events each"
        findings.add(Row(what, kind, reached, "(15 s)"))
    if chart.lines:
        findings.charts.append(chart)


def _latency(findings: Findings, chart: Chart, on: Stage, level: int) -> None:
    delays = asyncio.run(_delays(on, level))
    p50, p99 = (percentile(delays, percent) * 1_000 for percent in (50, 99))
    where = f"{on.kind}, {level:,} sockets"
    reached = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms of {len(delays)}"
    findings.add(Row("event to socket", where, reached, "p50 1.5 ms, p99 5 ms (3, 15)"))
    chart.lines.append(Line(where, [(percentile(delays, at) * 1_000, float(at)) for at in range(100)]))


async def _delays(on: Stage, level: int) -> list[float]:
    """Seconds from the commit of an event to its user's socket, `level` sockets open."""
    users = on.users(level)
    names = [name for name, _ in users]
    async with listening(on.product.url, [secret for _, secret in users]) as listeners:
        await asyncio.to_thread(
            on.database.call, "tell_each", users=names[:20], rounds=1, pause=PAUSE_SECONDS
        )
        told = names * (EVENTS // level) if level < EVENTS else names[:: max(1, level // EVENTS)][:EVENTS]
        before = [len(listener.arrivals) for listener in listeners]
        committed = await asyncio.to_thread(
            on.database.call, "tell_each", users=told, rounds=1, pause=PAUSE_SECONDS
        )
        await asyncio.sleep(SETTLE_SECONDS)
    came = {
        frame["id"]: at
        for listener, since in zip(listeners, before, strict=True)
        for at, frame in listener.events_since(since)
    }
    return [came[mark] - at for mark, at in committed.items()]


def _deliveries(findings: Findings, on: Stage, level: int) -> None:
    rate = asyncio.run(_rate(on, level))
    findings.add(
        Row("deliveries a second, everyone told at once", f"{on.kind}, {level:,} sockets", f"{rate:,.0f}/s")
    )


async def _rate(on: Stage, level: int) -> float:
    users = on.users(level)
    names = [name for name, _ in users]
    async with listening(on.product.url, [secret for _, secret in users]) as listeners:
        before = [len(listener.arrivals) for listener in listeners]
        first = await asyncio.to_thread(on.database.call, "tell_all", users=names, events=BURSTS)
        ends = [
            await listener.until(lambda frame: frame.get("id") == str(BURSTS - 1), since)
            for listener, since in zip(listeners, before, strict=True)
        ]
    return float(level * BURSTS / (max(ends) - first))


def _kilobytes_a_socket(kind: str, sockets: int) -> float:
    with stage(kind, runs="web") as on:
        return asyncio.run(_memory(on, sockets))


async def _memory(on: Stage, sockets: int) -> float:
    secrets = [secret for _, secret in on.users(sockets)]
    async with listening(on.product.url, secrets[:WARM_UP]):
        await asyncio.sleep(SETTLE_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    before = on.memory_bytes()
    async with listening(on.product.url, secrets):
        await asyncio.sleep(SETTLE_SECONDS)
        return (on.memory_bytes() - before) / 1_024 / sockets


async def _storm(kind: str) -> float:
    """Seconds from the server's being up again until all sockets have all that they missed."""
    with stage(kind, runs="web") as on:
        users = on.users(STORM)
        seqs = await _positions(on, users)
        on.product.stop(signal.SIGKILL)
        on.database.call("tell_all", users=[name for name, _ in users], events=MISSED)
        on.product.start()
        began = time.monotonic()
        ends = await asyncio.gather(
            *(
                _come_back(on.product.url, secret, seq, JITTER_SECONDS * number / STORM)
                for number, ((_, secret), seq) in enumerate(zip(users, seqs, strict=True))
            )
        )
        return max(ends) - began


async def _positions(on: Stage, users: Sequence[tuple[str, str]]) -> list[int]:
    async with listening(on.product.url, [secret for _, secret in users]) as listeners:
        return [json.loads(listener.arrivals[0][1])["seq"] for listener in listeners]


async def _come_back(url: str, secret: str, seq: int, pause: float) -> float:
    """When a page that had everything up to `seq` has the last of what it missed."""
    await asyncio.sleep(pause)
    async with opened(url, secret, f"?since={seq}", STORM_SECONDS) as connection:
        listener = Listener(connection)
        listening_on = asyncio.create_task(listener.listen())
        try:
            return await listener.until(lambda frame: frame.get("seq") == seq + MISSED and "id" in frame, 0)
        finally:
            listening_on.cancel()
