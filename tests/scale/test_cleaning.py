"""Who cleans, and that it loses no total, on PostgreSQL as on SQLite."""

import subprocess
import sys

import pytest

from tests.scale.test_services import ROOT

STORIES = [f"tests/generator/test_{name}.py" for name in ("cleaning_turns", "cleanup", "stats")]


@pytest.mark.timeout(240)
def test_the_stories_of_cleaning_hold_on_postgres(spread_out):
    env = {**spread_out, "REDIS_URL": ""}

    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *STORIES],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=230,
    )

    assert told.returncode == 0, told.stdout[-4_000:]
    assert "skipped" not in told.stdout
