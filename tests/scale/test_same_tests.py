"""The same tests that hold on SQLite and in memory hold on PostgreSQL and Redis."""

import subprocess
import sys

import pytest

from tests.live.product import ROOT

FOLDERS = ("tests/generator", "tests/realtime")
PATIENT = "?options=-c%20idle_in_transaction_session_timeout%3D100000"
"""A test is one transaction, which may stand idle for longer than the product's own ever do."""
SECONDS = 840


@pytest.mark.timeout(SECONDS + 20)
def test_every_test_that_touches_the_database_passes_on_postgresql_and_redis(spread_out):
    spread_out["DATABASE_URL"] += PATIENT
    # The database goes with its server; dropping it alone fails where a thread still has a connection.
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "tests.scale.only_database"]
    done = subprocess.run(
        [*command, *FOLDERS],
        cwd=ROOT,
        env=spread_out,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-10_000:]
