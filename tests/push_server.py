"""A push service for tests: a small real HTTP server that reads what browsers would, with faults to order."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from core.ids import uuid7
from tests.serving import InThread


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass(frozen=True)
class Push:
    """One message as the browser got it, decrypted."""

    payload: dict[str, Any]
    topic: str
    urgency: str
    ttl: int


@dataclass
class Browser:
    """A browser that subscribed: its keys, and what it was pushed."""

    endpoint: str
    received: list[Push] = field(default_factory=list)
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    """Statuses and headers for the next pushes, instead of 201."""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url(point), "auth": base64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    @property
    def tags(self) -> list[str]:
        return [push.payload["notification"]["tag"] for push in self.received]

    def decrypt(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(text)


class PushServer(InThread):
    """`with PushServer() as server: server.browser().subscription`; what it finds wrong is in `wrongs`."""

    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self.wrongs: list[str] = []
        self.arrivals = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), _handler(self)))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def browser(self) -> Browser:
        path = f"/push/{uuid7().hex}"
        return self.browsers.setdefault(path, Browser(self.url + path))

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str]]:
        """What to answer."""
        self.arrivals += 1
        self.may_answer.wait(20)
        browser = self.browsers.get(path)
        if browser is None:
            return 404, {}
        if browser.answers:
            return browser.answers.popleft()
        claims = self._claims(headers["Authorization"])
        if claims["aud"] != self.url or not 0 < claims["exp"] - time.time() <= 86_400 or not claims["sub"]:
            self.wrongs.append(f"claims: {claims}")
            return 403, {}
        push = Push(browser.decrypt(body), headers["Topic"], headers["Urgency"], int(headers["TTL"]))
        browser.received.append(push)
        return 201, {}

    def _claims(self, authorization: str) -> dict[str, Any]:
        assert Vapid02.verify(authorization), "the signature is not that of the key beside it"
        part = authorization.partition("t=")[2].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=="))

    def __exit__(self, *error: object) -> None:
        self.may_answer.set()
        super().__exit__(*error)


def _handler(server: PushServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = server.take(self.path, self.headers, body)
            try:
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
            except ConnectionError:  # whoever pushed waits no longer
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    return Handler


class Proxy(InThread):
    """`with Proxy() as proxy:` one that opens no tunnel; `asked` are the places where one was to lead."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), _closed(self.asked)))

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


def _closed(asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
