"""Tasks side by side on a stage: the unit of most measurements."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bench.endpoint import TOKENS_PER_SECOND
from bench.products import Stage

TASKS_A_USER = 4
END_SECONDS = 120


@dataclass(frozen=True)
class Tasks:
    """What became of tasks that ran side by side. All times are `time.monotonic`."""

    ids: list[str]
    log: list[dict[str, Any]]
    ended_at: float
    endpoint_late: float

    @property
    def wall_seconds(self) -> float:
        """From the first request at the endpoint until all tasks were seen to have ended."""
        first: float = min(entry["started"] for entry in self.log)
        return self.ended_at - first

    @property
    def all_running(self) -> tuple[float, float]:
        """From when until when all of them were being answered."""
        return max(entry["started"] for entry in self.log), min(entry["ended"] for entry in self.log)


def users_for(on: Stage, tasks: int) -> list[tuple[str, str]]:
    """Names and tokens of the users whom so many tasks are spread over."""
    return on.users(-(-tasks // TASKS_A_USER))


def run_tasks(on: Stage, tokens: list[int], *, analysed: bool = True, sections: int = 1) -> Tasks:
    """Seed tasks of so many `sections`, each with its number of `tokens`, and wait until all are completed.

    Raise if one is not.
    """
    users = [name for name, _ in users_for(on, -(-len(tokens) // sections))]
    began = time.monotonic()
    ids = on.database.call("seed", users=users, tokens=tokens, analysed=analysed, sections=sections)
    earliest_end = time.monotonic() + min(tokens) / TOKENS_PER_SECOND
    ended_at = on.database.call("await_ended", seconds=END_SECONDS, after=earliest_end)
    rows = on.database.call("ended", ids=ids)
    bad = [row for row in rows if row["status"] != "completed" or row["attempt"] != 1]
    if bad:
        log = on.product.log.read_text()[-2_000:]
        raise RuntimeError(f"{len(bad)} of {len(rows)} tasks did not end well: {bad[0]}\n{log}")
    answers = on.endpoint.log_since(began)
    if len(answers) != len(tokens):
        raise RuntimeError(f"the endpoint was asked {len(answers)} times for {len(tokens)} sections")
    return Tasks(ids, answers, ended_at, on.endpoint.late_since(began))
