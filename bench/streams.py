"""How many streams one worker process carries, and what memory each of them takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from bench.options import Options
from bench.products import Stage, stage
from bench.profiling import profiled
from bench.table import Chart, Findings, Line, Row, median, say, spread
from bench.tasks import run_tasks

LEVELS = (50, 100, 150, 200, 250, 300, 350, 400, 500, 600, 700, 800)
TOKENS = 200
"""A stream of 4 s."""
STRETCH = 1.25
GOAL = "400 (200 on PostgreSQL)"
WARM_UP = 10


@dataclass(frozen=True)
class Level:
    """So many streams at once: how long they took beside one alone, and the processor time of each."""

    streams: int
    ratio: float
    cpu_ms: float


def measure(findings: Findings, options: Options) -> None:
    chart = Chart(
        "One worker process", "streams at once", "time of all over time of one", [], STRETCH, marker="o"
    )
    for kind in options.kinds:
        for analysed in (True,) if options.quick else (True, False):
            levels = [list(_levels(kind, analysed, options)) for _ in range(options.repetitions)]
            where = f"{kind}, {'streams alone' if analysed else 'whole tasks'}"
            findings.add(_row(where, levels))
            chart.lines.append(_line(where, levels))
    findings.charts.append(chart)


def _levels(kind: str, analysed: bool, options: Options) -> Iterator[Level]:
    """Ever more streams on a fresh product, until they take too long."""
    with stage(kind, runs="worker") as on:
        run_tasks(on, [TOKENS] * WARM_UP, analysed=analysed)
        alone = median([_wall(on, 1, analysed)[0] for _ in range(options.repetitions)])
        for streams in options.levels or LEVELS:
            wall, cpu, late = _wall(on, streams, analysed, options.profile)
            level = Level(streams, wall / alone, cpu * 1_000 / streams)
            say(
                f"{kind}, {'analysed' if analysed else 'whole'}: {streams} streams in {wall:.2f} s, one in "
                f"{alone:.2f} s: {level.ratio:.2f}x; {level.cpu_ms:.0f} ms of processor each; "
                f"the endpoint was up to {late * 1_000:.0f} ms late"
            )
            yield level
            if level.ratio > STRETCH and not options.levels:
                return


def _wall(on: Stage, streams: int, analysed: bool, profile: bool = False) -> tuple[float, float, float]:
    """Seconds for all, the worker's processor seconds, and how late the endpoint itself was."""
    before = on.cpu_seconds()
    with profiled(on.product.process.pid) if profile else nullcontext():
        tasks = run_tasks(on, [TOKENS] * streams, analysed=analysed)
    return tasks.wall_seconds, on.cpu_seconds() - before, tasks.endpoint_late


def _row(where: str, repetitions: Sequence[Sequence[Level]]) -> Row:
    carried = [
        max((level.streams for level in levels if level.ratio <= STRETCH), default=0)
        for levels in repetitions
    ]
    cpu = [min(level.cpu_ms for level in levels) for levels in repetitions]
    reached = f"{spread(carried, '{:.0f}')} streams, {median(cpu):.0f} ms of processor a task"
    return Row(f"streams within {STRETCH}x of one's time", where, reached, GOAL)


def _line(where: str, repetitions: Sequence[Sequence[Level]]) -> Line:
    ratios: defaultdict[int, list[float]] = defaultdict(list)
    for levels in repetitions:
        for level in levels:
            ratios[level.streams].append(level.ratio)
    return Line(where, [(1, 1.0), *((streams, median(seen)) for streams, seen in sorted(ratios.items()))])
