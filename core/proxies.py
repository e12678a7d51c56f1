"""Forwarding headers count only when a proxy sends them that the administrator named (`TRUSTED_PROXIES`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings

Application = Callable[[Any, Any, Any], Awaitable[None]]
SECURE = {"http": "https", "ws": "wss"}


class TrustedProxies:
    """ASGI middleware: takes a client's address and scheme from a trusted proxy's headers, nobody else's."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._trusted = settings.TRUSTED_PROXIES

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = self._seen_from_outside(scope)
        await self._application(scope, receive, send)

    def _seen_from_outside(self, scope: dict[str, Any]) -> dict[str, Any]:
        forwarded = {n: v.decode("latin-1") for n, v in scope["headers"] if n.startswith(b"x-forwarded-")}
        scope = {**scope, "forwarded": bool(forwarded)}
        peer = (scope.get("client") or ("", 0))[0]
        if not forwarded or not self._trusts(peer):
            return scope
        client = self._first_stranger(forwarded.get(b"x-forwarded-for", ""), peer)
        secure = forwarded.get(b"x-forwarded-proto", "").strip().lower() == "https"
        scheme = SECURE.get(scope["scheme"], scope["scheme"]) if secure else scope["scheme"]
        return {**scope, "client": (client, 0), "scheme": scheme}

    def _first_stranger(self, chain: str, peer: str) -> str:
        """The last address in `X-Forwarded-For` that is no trusted proxy.

        What stands before it is what a client wrote.
        """
        for entry in reversed([part.strip() for part in chain.split(",") if part.strip()]):
            if not self._trusts(entry):
                return entry
        return peer

    def _trusts(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._trusted)
        except ValueError:
            return False
