"""Draws what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes

matplotlib.use("Agg")
from matplotlib import pyplot

from bench.table import Chart


def draw(charts: Sequence[Chart], path: Path) -> None:
    """All charts beside each other, as a PNG."""
    figure, axes = pyplot.subplots(1, len(charts), figsize=(7 * len(charts), 5), squeeze=False)
    for ax, chart in zip(axes[0], charts, strict=True):
        _draw_one(ax, chart)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def _draw_one(ax: Axes, chart: Chart) -> None:
    for line in chart.lines:
        x, y = zip(*line.points, strict=True)
        ax.plot(x, y, marker=chart.marker, label=line.name)
    if chart.limit is not None:
        ax.axhline(chart.limit, color="grey", linestyle="--")
    ax.set_xscale(chart.scale)
    ax.set(title=chart.title, xlabel=chart.x, ylabel=chart.y)
    ax.grid(alpha=0.3)
    ax.legend()
