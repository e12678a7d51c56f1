"""What a benchmark reached, as a table to read and points to draw."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line: what was measured, where, and what design §8 asks for."""

    what: str
    where: str
    reached: str
    goal: str = ""


@dataclass
class Line:
    """Points of one line of a chart."""

    name: str
    points: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Chart:
    title: str
    x: str
    y: str
    lines: list[Line]
    limit: float | None = None
    scale: str = "linear"
    marker: str = ""


@dataclass
class Findings:
    """All rows and charts of one run."""

    rows: list[Row] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        say(f"{row.what} | {row.where}: {row.reached} ({row.goal})")


def say(text: str) -> None:
    """Tell whoever waits how far it is; the table alone goes to standard output."""
    print(text, file=sys.stderr, flush=True)


def markdown(rows: Sequence[Row], load: tuple[float, float]) -> str:
    return "\n".join(_lines(rows, load)) + "\n"


def _lines(rows: Sequence[Row], load: tuple[float, float]) -> Iterator[str]:
    yield "| what | where | reached | goal (floor) |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row.what} | {row.where} | {row.reached} | {row.goal} |"
    yield ""
    before, after = load
    yield (
        f"{os.cpu_count()} cores, Python {platform.python_version()}; load average {before:.1f} before, "
        f"{after:.1f} after (a free machine: 0.0 before)."
    )


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def spread(values: Sequence[float], form: str = "{:.3f}") -> str:
    """The median, with the range in brackets where there are several."""
    middle = form.format(median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))}–{form.format(max(values))})"
