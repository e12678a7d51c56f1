"""A Redis (Valkey) that a test kills, starts again on the same port, or lets hang."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.services import Redis


class RedisServer(Redis):
    @property
    def address(self) -> str:
        return self.url.removeprefix("redis://").partition("/")[0]

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It accepts connections and answers nothing, as behind a network that drops packets."""
        with self.client() as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def until_someone_listens(self, channel: str = "generation", seconds: float = 10) -> None:
        """Until a process is subscribed to `channel`, a worker to its bell."""
        deadline = time.monotonic() + seconds
        with self.client() as client:
            while not client.pubsub_numsub(channel)[0][1]:
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(0.02)
