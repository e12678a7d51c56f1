"""The product as several processes over PostgreSQL and Redis (interface §1)."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.live.product import ROOT, Product
from tests.services import free_port

DAPHNE = (
    "--ping-interval 20 --ping-timeout 15 --websocket_timeout 43200 --websocket-max-message-size 131072"
    " --websocket-max-frame-size 131072 core.asgi:application"
).split()


class SpreadOut(Product):
    """Several web processes and workers; HTTP goes to the first web process, sockets to the last."""

    def __init__(self, data_dir: Path, webs: int = 2, workers: int = 2, **env: str) -> None:
        self._counts = webs, workers
        super().__init__(data_dir, SECRET_KEY="the same one to every process", **env)

    def start(self) -> None:
        webs, workers = self._counts
        ports = [free_port() for _ in range(webs)]
        self.webs = [self.begin_web(port) for port in ports]
        self.workers = [self.begin_worker() for _ in range(workers)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        self.url, self.sockets_url = urls[0], urls[-1]
        try:
            for url in urls:
                wait_until_ready(url)
        except AssertionError:
            self.kill()
            raise AssertionError(self.log.read_text()[-4000:]) from None

    def begin_web(self, port: int) -> subprocess.Popen[bytes]:
        daphne = str(Path(sys.executable).with_name("daphne"))
        return self.begin(daphne, "-p", str(port), *DAPHNE)

    def begin_worker(self) -> subprocess.Popen[bytes]:
        return self.begin(sys.executable, "manage.py", "runworker", "generation")

    def begin(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("a") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Stop all; the workers' exit codes, the worst of them."""
        for process in [*self.workers, *self.webs]:
            process.send_signal(with_signal)
        codes = [process.wait(timeout) for process in self.workers]
        for process in self.webs:
            process.wait(timeout)
        return max(codes)

    def kill(self) -> None:
        for process in [*self.workers, *self.webs]:
            process.kill()
            process.wait()


def wait_until_ready(url: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(f"{url}/readyz", timeout=10).json()["workers"] == "ok":
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "not ready"
        time.sleep(0.1)
