"""Stands between a client and PostgreSQL and cuts the connection at a COMMIT, before or after it went on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

When = Literal["before", "after"]
SETTLE_SECONDS = 0.3


class CuttingProxy:
    """Cuts once: whoever connects again is served without a fault."""

    def __init__(self, database_url: str, when: When) -> None:
        self._target = urlsplit(database_url)
        self._when = when
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        port = self._listener.getsockname()[1]
        return self._target._replace(netloc=f"{self._target.username}@127.0.0.1:{port}").geturl()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection((str(self._target.hostname), int(self._target.port or 0)))
            for pump, ends in ((self._to_server, (client, server)), (_to_client, (server, client))):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        for piece in _pieces(client):
            is_commit = b"COMMIT" in piece and not self.cuts
            if is_commit:
                self.cuts += 1
                client.shutdown(socket.SHUT_RD)
                if self._when == "before":
                    client.close()
                    break
                client.close()  # the answer finds nobody
            server.sendall(piece)
            if is_commit:
                threading.Event().wait(SETTLE_SECONDS)
                break
        server.close()

    def close(self) -> None:
        self._listener.close()


def _to_client(server: socket.socket, client: socket.socket) -> None:
    for piece in _pieces(server):
        try:
            client.sendall(piece)
        except OSError:
            return
    client.close()


def _pieces(source: socket.socket) -> Iterator[bytes]:
    try:
        while piece := source.recv(65_536):
            yield piece
    except OSError:
        return


@contextmanager
def cutting(database_url: str, when: When) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(database_url, when)
    try:
        yield proxy
    finally:
        proxy.close()
