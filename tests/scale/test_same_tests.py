"""The same tests that hold on SQLite and in memory hold on PostgreSQL and Redis."""

import subprocess
import sys

import pytest

from tests import services
from tests.live.product import ROOT

FILES = sorted(
    str(path) for part in ("generator", "realtime") for path in (ROOT / "tests" / part).rglob("test_*.py")
)
PATIENT = "?options=-c%20idle_in_transaction_session_timeout%3D100000"
"""A test is one transaction, which may stand idle for longer than the product's own ever do."""
SECONDS = 840


@pytest.fixture
def halves(spread_out, tmp_path):
    """Two environments for tests at the same time: a Redis each, since a queue is told to all who use one."""
    url = spread_out["DATABASE_URL"]
    with services.redis() as another_redis:
        apart = {"REDIS_URL": another_redis, "DATA_DIR": str(tmp_path / "more data")}
        yield (
            spread_out | {"DATABASE_URL": url + PATIENT},
            spread_out | apart | {"DATABASE_URL": f"{url}_2{PATIENT}"},
        )


@pytest.mark.timeout(SECONDS + 20)
def test_every_test_that_touches_the_database_passes_on_postgresql_and_redis(halves):
    # The database goes with its server; dropping it alone fails where a thread still has a connection.
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "tests.scale.only_database"]
    running = [
        subprocess.Popen(
            [*command, *FILES[half::2]],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for half, env in enumerate(halves)
    ]
    try:
        said = [tests.communicate(timeout=SECONDS)[0] for tests in running]
    finally:
        for tests in running:
            tests.kill()

    for tests, output in zip(running, said, strict=True):
        assert tests.returncode == 0, output[-10_000:]
