import os

import pytest

from tests import services


@pytest.fixture(scope="session")
def redis_url():
    with services.redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url():
    with services.postgres() as url:
        yield url


@pytest.fixture
def spread_out(redis_url, postgres_url, tmp_path):
    """The environment of one of many processes over PostgreSQL and Redis."""
    return os.environ | {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "the same one to every process",
        "DATA_DIR": str(tmp_path / "data"),
    }
