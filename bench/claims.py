"""Claims a second, fair ones in batches of 100, with their events."""

from __future__ import annotations

from dataclasses import dataclass

from bench.options import Options
from bench.products import Stage, stage
from bench.table import Findings, Row, median, spread

USERS, TASKS_A_USER = 500, 4
"""As many tasks a user as may run at once, so that all can be claimed."""
MANY = 300
ENDED = 100_000
GOALS = {"sqlite": "5,000/s", "postgresql": "2,000/s"}


def measure(findings: Findings, options: Options) -> None:
    for kind in options.kinds:
        with stage(kind, runs="nothing") as on:
            users = [name for name, _ in on.users(USERS)]
            _rate(on, users)  # what the first one waits for is no claim's
            rates = [_rate(on, users) for _ in range(options.repetitions)]
            findings.add(_rates_row(kind, rates))
            findings.add(_beside_many_row(on, users, options))
            ended = ENDED // 10 if options.quick else ENDED
            on.database.call("make_ended", users=users, count=ended)
            rates = [_rate(on, users) for _ in range(options.repetitions)]
            findings.add(_rates_row(f"{kind}, among {ended:,} ended tasks", rates, GOALS[kind]))


@dataclass(frozen=True)
class Rate:
    """Tasks a second, and what each took of the claiming process's core."""

    a_second: float
    cpu_us: float


def _rates_row(where: str, rates: list[Rate], goal: str = "") -> Row:
    reached = (
        f"{spread([rate.a_second for rate in rates], '{:,.0f}')}/s, "
        f"{median([rate.cpu_us for rate in rates]):.0f} µs of processor each"
    )
    return Row("fair claims, 100 at a time", where, reached, goal or GOALS[where])


def _rate(on: Stage, users: list[str]) -> Rate:
    """Claim until none is left."""
    claims = on.database.call("claim_all", pending=dict.fromkeys(users, TASKS_A_USER))
    claimed = sum(len(claim["owners"]) for claim in claims)
    if claimed != len(users) * TASKS_A_USER:
        raise RuntimeError(f"{claimed} tasks were claimed of {len(users) * TASKS_A_USER}")
    cpu_us = sum(claim["cpu"] for claim in claims) * 1e6 / claimed
    return Rate(claimed / sum(claim["seconds"] for claim in claims), cpu_us)


def _beside_many_row(on: Stage, users: list[str], options: Options) -> Row:
    """One user's 300 tasks and another's single one: who gets what, and how long an empty look takes."""
    firsts, empties = [], []
    for _ in range(options.repetitions):
        claims = on.database.call("claim_all", pending={users[0]: MANY, users[1]: 1})
        if sorted(claims[0]["owners"]) != sorted([users[0]] * TASKS_A_USER + [users[1]]):
            raise RuntimeError(f"not fair: {claims[0]['owners']}")
        firsts.append(claims[0]["seconds"] * 1_000)
        empties.append(claims[-1]["seconds"] * 1_000)
    reached = (
        f"both have their turn in one claim of {median(firsts):.1f} ms; "
        f"a look that finds nothing takes {median(empties):.1f} ms"
    )
    return Row(f"one user's {MANY} pending tasks beside another's one", on.kind, reached)
