"""A connection that breaks while it commits leaves it open whether it did: PostgreSQL is asked."""

import subprocess
import sys

import pytest

from tests.live.product import ROOT
from tests.scale.cutting_proxy import cutting


@pytest.fixture
def migrated(spread_out):
    run(spread_out, "manage.py", "migrate", "--skip-checks", "--verbosity=0")
    return spread_out


def run(env, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def write_through(proxy, env):
    env = env | {"DATABASE_URL": proxy.url, "DJANGO_SETTINGS_MODULE": "core.settings"}
    return run(env, "-m", "tests.scale.one_write")


def test_what_was_committed_unheard_is_not_written_twice(migrated):
    with cutting(migrated["DATABASE_URL"], "after") as proxy:
        result, runs, events = write_through(proxy, migrated)

    assert proxy.cuts == 1
    assert (result, runs, events) == ("told", "1", "1")


def test_what_was_lost_on_its_way_is_written_again(migrated):
    with cutting(migrated["DATABASE_URL"], "before") as proxy:
        result, runs, events = write_through(proxy, migrated)

    assert proxy.cuts == 1
    assert (result, runs, events) == ("told", "2", "1")
