import os

import psycopg
import pytest

from core.ids import uuid7
from tests import services
from tests.scale.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_url():
    with services.redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url():
    with services.postgres() as url:
        yield url


@pytest.fixture(scope="module")
def database_url(postgres_url):
    """An empty database of a module's own."""
    return empty_database(postgres_url)


@pytest.fixture
def fresh_database_url(postgres_url):
    """An empty database of a test's own."""
    return empty_database(postgres_url)


def empty_database(postgres_url):
    name = f"database_{uuid7().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_url.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def redis_server():
    """A Redis that a test may break."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def spread_out(redis_url, postgres_url, tmp_path):
    """The environment of one of many processes over PostgreSQL and Redis."""
    return os.environ | {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "the same one to every process",
        "DATA_DIR": str(tmp_path / "data"),
    }
