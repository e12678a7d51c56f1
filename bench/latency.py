"""How long a case takes from the closing of its JSON at the endpoint to its user's socket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.listening import Listener, listening
from bench.options import Options
from bench.products import Stage, stage
from bench.table import Chart, Findings, Line, Row, percentile
from bench.tasks import Tasks, run_tasks, users_for

GOAL = "p50 30 ms, p99 300 ms"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
QUIET_SECONDS = 1.0
MANY = 200


def in_step(streams: int) -> list[int]:
    """All close their cases, and end, in the same moments: the worst that can be."""
    return [200] * streams


def apart(streams: int) -> list[int]:
    """Of 3 to 5 s, as different as answers are."""
    return [150 + number * 37 % 100 for number in range(streams)]


@dataclass
class Delays:
    """Seconds from the endpoint to the socket."""

    cases: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)


def measure(findings: Findings, options: Options) -> None:
    chart = Chart("From the endpoint to the socket", "milliseconds", "per cent of the cases", [], scale="log")
    alone = 3 if options.quick else 20
    for kind in options.kinds:
        with stage(kind, runs="everything") as on:
            asyncio.run(_delays(on, in_step(10)))
            batches = {"1 stream": [in_step(1)] * alone}
            for many in options.levels or (MANY,):
                batches[f"{many} streams apart"] = [apart(many)] * options.repetitions
                batches[f"{many} streams in step"] = [in_step(many)] * options.repetitions
            for name, batch in batches.items():
                delays = asyncio.run(_all_delays(on, batch))
                where = f"{kind}, {name}"
                findings.add(_row("case on the socket after its JSON closed", where, delays.cases))
                findings.add(_row("last event after the last token", where, delays.ends))
                chart.lines.append(_line(where, delays.cases))
    findings.charts.append(chart)


async def _all_delays(on: Stage, batches: Sequence[list[int]]) -> Delays:
    every = Delays()
    for tokens in batches:
        delays = await _delays(on, tokens)
        every.cases += delays.cases
        every.ends += delays.ends
    return every


async def _delays(on: Stage, tokens: list[int]) -> Delays:
    secrets = [secret for _, secret in users_for(on, len(tokens))]
    async with listening(on.product.url, secrets) as listeners:
        tasks = await asyncio.to_thread(run_tasks, on, tokens)
        await asyncio.sleep(QUIET_SECONDS)
        return Delays(list(_of_cases(tasks, listeners)), list(_of_ends(tasks, listeners)))


def _of_cases(tasks: Tasks, listeners: Sequence[Listener]) -> Iterator[float]:
    closed = {entry["label"]: entry["closed"] for entry in tasks.log}
    came = 0
    for listener in listeners:
        for at, event in listener.events:
            if event["type"] == "case.created":
                came += 1
                number = int(event["case"]["key"].removeprefix("TC-"))
                yield at - closed[event["case"]["section"]][number - 1]
    wanted = sum(map(len, closed.values()))
    if came != wanted:
        raise RuntimeError(f"{came} of {wanted} cases reached a socket")


def _of_ends(tasks: Tasks, listeners: Sequence[Listener]) -> Iterator[float]:
    """The last event of a task may be its notification, which names it in its address."""
    ended = {entry["label"]: entry["ended"] for entry in tasks.log}
    titles: dict[str, str] = {}
    last: dict[str, float] = {}
    for listener in listeners:
        for at, event in listener.events:
            if event["type"] == "task.updated":
                titles[event["task"]["id"]] = event["task"]["title"]
            for task_id in UUID.findall(str(event)):
                last[task_id] = at
    for task_id in tasks.ids:
        yield last[task_id] - ended[titles[task_id]]


def _row(what: str, where: str, delays: Sequence[float]) -> Row:
    p50, p99 = (percentile(delays, percent) * 1_000 for percent in (50, 99))
    return Row(what, where, f"p50 {p50:.0f} ms, p99 {p99:.0f} ms of {len(delays)}", GOAL)


def _line(where: str, delays: Sequence[float]) -> Line:
    points = [(percentile(delays, percent) * 1_000, float(percent)) for percent in range(100)]
    return Line(where, points)
