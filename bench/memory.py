"""What memory a running stream takes in the worker."""

from __future__ import annotations

import threading
import time

from bench.options import Options
from bench.products import Stage, stage
from bench.table import Findings, Row, median, spread
from bench.tasks import run_tasks

STREAMS = 200
TOKENS = 500
"""10 s, so that there is a while in which all of them run."""
WARM_UP = 20
SAMPLE_SECONDS = 0.1


def measure(findings: Findings, options: Options) -> None:
    for kind in options.kinds:
        for streams in options.levels or (STREAMS,):
            kilobytes = [_kilobytes_a_stream(kind, streams) for _ in range(options.repetitions)]
            reached = f"{spread(kilobytes, '{:.0f}')} KB"
            findings.add(Row(f"memory of a running stream, {streams} at once", kind, reached, "150 KB"))


def _kilobytes_a_stream(kind: str, streams: int) -> float:
    with stage(kind, runs="worker") as on:
        run_tasks(on, [100] * WARM_UP)
        before = on.memory_bytes()
        with Samples(on) as samples:
            tasks = run_tasks(on, [TOKENS] * streams)
        first, last = tasks.all_running
        during = [memory for at, memory in samples.taken if first <= at <= last]
        if not during:
            raise RuntimeError(f"never were all {streams} streams running at once")
        return (median(during) - before) / 1_024 / streams


class Samples:
    """The worker's memory, over and over, while the block runs."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.taken: list[tuple[float, int]] = []

    def __enter__(self) -> Samples:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stopping.wait(SAMPLE_SECONDS):
            self.taken.append((time.monotonic(), self._on.memory_bytes()))
