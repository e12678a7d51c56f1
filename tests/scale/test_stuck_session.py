"""A session that stands still within a transaction, which PostgreSQL does not end, keeps no task for ever."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import psycopg
import pytest

from generator.leasing import STUCK_SECONDS
from tests.scale.spread import SpreadOut

pytestmark = pytest.mark.timeout(120)
AGAIN = """
update generator_task set status = 'running', finished_at = null, lease_no = lease_no + 1,
    lease_expires_at = now() - interval '1 minute' where id = %s
"""
LOCK = "select 1 from generator_task where id = %s and status = 'running' for update"
RENEWAL_SECONDS = 10


@pytest.fixture
def product(redis_url: str, fresh_database_url: str, tmp_path) -> Iterator[SpreadOut]:
    spread = SpreadOut(tmp_path, DATABASE_URL=fresh_database_url, REDIS_URL=redis_url)
    yield spread
    spread.kill()


@pytest.mark.parametrize("manner", [nullcontext, psycopg.Connection.pipeline], ids=["idle", "in a pipeline"])
def test_its_task_is_taken_over(
    product, fresh_database_url, manner: Callable[..., AbstractContextManager[object]]
):
    ada = product.somebody()
    task = ada.request_task("Lock the account for 15 minutes after 5 wrong passwords.")
    ada.ended(task["id"])

    stuck = psycopg.connect(fresh_database_url.replace("postgres", "postgresql", 1))
    with pytest.raises(psycopg.OperationalError), stuck, manner(stuck):
        take_back(stuck, task["id"])
        begun = time.monotonic()
        ada.ended(task["id"], seconds=STUCK_SECONDS + RENEWAL_SECONDS + 15)
        stuck.execute("select 1").fetchone()

    assert time.monotonic() - begun > STUCK_SECONDS - 1


def take_back(stuck: psycopg.Connection, task: str) -> None:
    """Leave it running with a lost lease, and locked before any worker rescues it."""
    while not stuck.execute(LOCK, [task]).fetchone():
        stuck.execute(AGAIN, [task])
        stuck.commit()
