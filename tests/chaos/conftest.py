"""Real services that can be killed, one fleet a module, and a seed: `CHAOS_SEED` chooses another storm."""

from __future__ import annotations

import logging
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.chaos.fleet import Fleet
from tests.chaos.model import Model
from tests.services import Postgres, Redis


@pytest.fixture(scope="session")
def seed() -> int:
    return int(os.environ.get("CHAOS_SEED", "1"))


@pytest.fixture
def dice(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="module")
def model(seed: int) -> Iterator[Model]:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # cut calls are what these tests make
    with Model(seed) as model:
        yield model


@pytest.fixture(scope="module")
def begin_fleet(
    tmp_path_factory: pytest.TempPathFactory, model: Model, postgres: Postgres, redis: Redis
) -> Iterator[Callable[..., Fleet]]:
    """Starts workers and a web process; whatever is left of them is killed afterwards."""
    processes: list[subprocess.Popen[bytes]] = []
    with httpx.Client(timeout=20) as http:

        def begin(**chosen: Any) -> Fleet:
            return Fleet(tmp_path_factory.mktemp("fleet"), model, postgres, redis, http, processes, **chosen)

        yield begin
    for process in processes:
        process.kill()
        process.wait()
