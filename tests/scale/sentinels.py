"""A master with a replica, and the sentinel that makes the replica master when the first is gone."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.scale.redis_server import RedisServer
from tests.services import free_port

SERVICE = "caseloom-redis"


class Guarded:
    """What `redis+sentinel://` names."""

    def __init__(self, folder: Path) -> None:
        self.master, self.replica = RedisServer(), RedisServer()
        self._port = free_port()
        self._config = folder / "sentinel.conf"
        self.url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{self._port}/{SERVICE}/0"  # the first is away

    @contextmanager
    def running(self) -> Iterator[Guarded]:
        with self.master, self.replica:
            host, _, port = self.master.address.partition(":")
            with self.master.client() as client, self.replica.client() as follower:
                follower.replicaof(host, port)
                program = client.info("server")["executable"]
            self._config.write_text(
                f"port {self._port}\nbind 127.0.0.1\n"
                f"sentinel monitor {SERVICE} {host} {port} 1\n"
                f"sentinel down-after-milliseconds {SERVICE} 1000\n"
                f"sentinel failover-timeout {SERVICE} 5000\n"
            )
            process = subprocess.Popen([program, self._config, "--sentinel"], stdout=subprocess.DEVNULL)
            try:
                self._wait_for(lambda sentinel: sentinel.sentinel_slaves(SERVICE))
                yield self
            finally:
                process.kill()
                process.wait()

    def fail_over(self) -> None:
        """Kill the master, and return once the replica has its place."""
        self.master.kill()
        port = int(self.replica.address.partition(":")[2])
        self._wait_for(lambda sentinel: sentinel.sentinel_master(SERVICE)["port"] == port)

    def _wait_for(self, look, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        with redis.Redis(port=self._port) as sentinel:
            while True:
                try:
                    if look(sentinel):
                        return
                except redis.RedisError:
                    pass
                assert time.monotonic() < deadline, "no sentinel did it"
                time.sleep(0.1)
