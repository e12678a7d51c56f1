"""Which push services browsers may name (interface §2, `PUSH_HOSTS`): the site calls what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult
from django.conf import settings

from core.hosts import is_loopback, is_public

ENDPOINT_LIMIT = 2_048
# Nothing that two readers of URLs could take for different hosts.
_ENDPOINT = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::(\d{1,5}))?/[!-\[\]-~]*", re.ASCII)
_PORTS = {"https": 443, "http": 80}


class UnknownService(Exception):
    """An endpoint that is no address at a push service of `PUSH_HOSTS`."""


@dataclass(frozen=True, slots=True)
class Service:
    """The push service behind an endpoint, as `aud` of its tokens names it."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, endpoint: str) -> Self:
        """Raise `UnknownService`."""
        found = _ENDPOINT.fullmatch(endpoint)
        if found is None or len(endpoint) > ENDPOINT_LIMIT:
            raise UnknownService
        service = cls(found[1], found[2].lower(), int(found[3] or _PORTS[found[1]]))
        if not service._is_named():
            raise UnknownService
        return service

    @property
    def origin(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def proxy(self) -> str | None:
        """The URL of the proxy by which it is reached (`HTTPS_PROXY`, unless `NO_PROXY` names the host)."""
        spoken = settings.HTTPS_PROXY.startswith(("http://", "https://"))  # aiohttp knows no SOCKS
        goes_around = self.scheme == "http" or proxy_bypass(self.host)
        return settings.HTTPS_PROXY if spoken and not goes_around else None

    def _is_named(self) -> bool:
        is_safe = self.scheme == "https" or is_loopback(self.host)
        return is_safe and any(
            rule.names(self.host) and self.port == (rule.port or _PORTS[self.scheme])
            for rule in settings.PUSH_HOSTS
        )


class PublicResolver(ThreadedResolver):
    """Finds public addresses alone, whatever a name server says.

    Where the administrator named a host with its port, or as the proxy, any address will do.
    """

    async def resolve(self, host: str, *args: object, **named: object) -> list[ResolveResult]:
        found = await super().resolve(host, *args, **named)  # type: ignore[arg-type]
        if host == urlsplit(settings.HTTPS_PROXY).hostname:
            return found
        if any(rule.port and rule.names(host) for rule in settings.PUSH_HOSTS):
            return found
        public = [address for address in found if is_public(address["host"])]
        if not public:
            raise OSError("no public address")
        return public
