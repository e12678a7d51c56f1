"""Where a process spends its time, by thread: sampled from outside by py-spy, which costs the process little.

py-spy is not among the requirements: `uv tool install py-spy` (or anything else that puts it on PATH).
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.table import say

SAMPLES_PER_SECOND = 200
SHOWN = 25
LEAST_SHARE = 0.02
"""Threads with less than this of all samples are left out."""
WAITING = {"Condition.wait (threading.py)", "_worker (concurrent/futures/thread.py)"}
"""What a thread is seen in while it waits for the interpreter, not for work."""


@contextmanager
def profiled(pid: int) -> Iterator[None]:
    """Tell, after the block, which functions of `pid` ran meanwhile."""
    with tempfile.TemporaryDirectory(prefix="caseloom-profile-") as folder:
        stacks = Path(folder) / "stacks"
        command = f"py-spy record --format raw --threads --rate {SAMPLES_PER_SECOND} --duration 3600"
        process = subprocess.Popen(
            [*command.split(), "--pid", str(pid), "--output", stacks],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        say(report(stacks.read_text()))


def report(stacks: str) -> str:
    """Seconds that each thread had or wanted a core; by function with what it called, and without."""
    own: defaultdict[str, Counter[str]] = defaultdict(Counter)
    whole: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        thread, *frames = (_function(frame) for frame in stack.split(";"))
        if frames and frames[-1] not in WAITING:
            own[thread][frames[-1]] += int(count)
            whole[thread].update(dict.fromkeys(frames, int(count)))
    every = sum(functions.total() for functions in own.values())
    threads = [thread for thread in own if own[thread].total() > every * LEAST_SHARE]
    threads.sort(key=lambda thread: -own[thread].total())
    return "\n".join(line for thread in threads for line in _told(thread, own[thread], whole[thread]))


def _told(thread: str, own: Counter[str], whole: Counter[str]) -> Iterator[str]:
    yield f"\n{thread}: {_seconds(own.total())} s"
    yield "    whole     own"
    for function, samples in whole.most_common(SHOWN):
        yield f"  {_seconds(samples)} {_seconds(own[function])}  {function}"
    yield "  most time of their own:"
    for function, samples in own.most_common(SHOWN):
        yield f"          {_seconds(samples)}  {function}"


def _seconds(samples: int) -> str:
    return f"{samples / SAMPLES_PER_SECOND:7.2f}"


def _function(frame: str) -> str:
    """A frame without its line number, so that a function is one entry."""
    return frame.rpartition(":")[0] + ")" if frame.endswith(")") and ":" in frame else frame
