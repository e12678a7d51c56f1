"""The rows of design §8, worker and sockets: a table on standard output, with a plot in `bench/results/`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
from pathlib import Path

from bench import claims, latency, memory, overhead, realtime, streams
from bench.options import Options
from bench.plot import draw
from bench.products import KINDS
from bench.table import Findings, markdown

RESULTS = Path(__file__).parent / "results"
MEASUREMENTS = {
    "streams": streams.measure,
    "overhead": overhead.measure,
    "latency": latency.measure,
    "claims": claims.measure,
    "memory": memory.measure,
    "sockets": realtime.measure,
}


def main() -> None:
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is stopped
    findings = Findings()
    before = os.getloadavg()[0]
    for name in options.only or MEASUREMENTS:
        MEASUREMENTS[name](findings, options)
    table = markdown(findings.rows, (before, os.getloadavg()[0]))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "worker.md").write_text(table)
    if findings.charts:
        draw(findings.charts, RESULTS / "worker.png")
    print(table)


def read_options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", help=f"some of: {','.join(MEASUREMENTS)}")
    parser.add_argument("--on", help=f"one of: {', '.join(KINDS)}", choices=KINDS)
    parser.add_argument("--levels", help="these numbers of streams, such as 200,300")
    parser.add_argument(
        "--quick", action="store_true", help="once instead of three times: to see that it works"
    )
    parser.add_argument("--profile", action="store_true", help="where the worker spends its time (py-spy)")
    said = parser.parse_args()
    only = tuple(said.only.split(",")) if said.only else ()
    unknown = set(only) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    if said.profile and not shutil.which("py-spy"):
        parser.error("--profile wants py-spy on PATH: uv tool install py-spy")
    levels = tuple(int(level) for level in said.levels.split(",")) if said.levels else ()
    return Options(only, (said.on,) if said.on else KINDS, levels, said.quick, said.profile)


if __name__ == "__main__":
    main()
