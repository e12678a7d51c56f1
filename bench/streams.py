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
class Shape:
    """What the tasks are like whose streams are counted."""

    sections: int
    analysed: bool

    def __str__(self) -> str:
        size = f"tasks of {self.sections} sections" if self.sections > 1 else "tasks of one section"
        return f"{size}, {'streams alone' if self.analysed else 'whole'}"


SHAPES = (Shape(10, analysed=True), Shape(10, analysed=False), Shape(1, analysed=True))


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
        for shape in SHAPES[:1] if options.quick else SHAPES:
            levels = [list(_levels(kind, shape, options)) for _ in range(options.repetitions)]
            where = f"{kind}, {shape}"
            findings.add(_row(where, levels))
            chart.lines.append(_line(where, levels))
    findings.charts.append(chart)


def _levels(kind: str, shape: Shape, options: Options) -> Iterator[Level]:
    """Ever more streams on a fresh product, until they take too long."""
    with stage(kind, runs="worker") as on:
        _wall(on, WARM_UP, shape)
        alone = median([_wall(on, 1, shape)[0] for _ in range(options.repetitions)])
        for streams in options.levels or LEVELS:
            wall, cpu, late = _wall(on, streams, shape, options.profile)
            level = Level(streams, wall / alone, cpu * 1_000 / streams)
            say(
                f"{kind}, {shape}: {streams} streams in {wall:.2f} s, one in "
                f"{alone:.2f} s: {level.ratio:.2f}x; {level.cpu_ms:.0f} ms of processor each; "
                f"the endpoint was up to {late * 1_000:.0f} ms late"
            )
            yield level
            if level.ratio > STRETCH and not options.levels:
                return


def _wall(on: Stage, streams: int, shape: Shape, profile: bool = False) -> tuple[float, float, float]:
    """Seconds for all, the worker's processor seconds, and how late the endpoint itself was."""
    before = on.cpu_seconds()
    with profiled(on.product.process.pid) if profile else nullcontext():
        tasks = run_tasks(on, [TOKENS] * streams, analysed=shape.analysed, sections=shape.sections)
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
