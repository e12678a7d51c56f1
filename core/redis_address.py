"""What `REDIS_URL` names: one Redis or several, each at an address or behind sentinels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from core.configuration import check_address, stop

SENTINEL_SCHEME = "redis+sentinel"


@dataclass(frozen=True, slots=True)
class Sentinels:
    """`redis+sentinel://[[user]:password@]host:port[,host:port…]/service[/db]`, as `limits` has it."""

    hosts: str
    locations: list[tuple[str, int]]
    service: str
    db: int
    credentials: dict[str, str]
    """The same for the sentinels and for Redis."""

    @classmethod
    def at(cls, url: str) -> Sentinels:
        """Raise `ValueError` for what is no such address."""
        split = urlsplit(url)
        names = split.path.removeprefix("/").split("/")
        userinfo, _, hosts = split.netloc.rpartition("@")
        if not names[0] or len(names) > 2 or split.query or split.fragment:
            raise ValueError("after the sentinels come the service and, if any, the database's number")
        user, _, password = userinfo.partition(":")
        given = {"username": unquote(user), "password": unquote(password)}
        return cls(
            hosts=hosts,
            locations=[_location(host) for host in hosts.split(",")],
            service=unquote(names[0]),
            db=int(names[1]) if len(names) == 2 else 0,
            credentials={key: value for key, value in given.items() if value},
        )


def _location(host: str) -> tuple[str, int]:
    split = urlsplit(f"//{host.strip()}")
    if not split.hostname or not split.port:
        raise ValueError(f"{host!r} is no host:port")
    return split.hostname, split.port


def redis_addresses(variable: str, value: str) -> list[str]:
    """The addresses in `value`; a comma parts two of them where a scheme follows."""
    addresses = [part.strip() for part in re.split(r",(?=\s*[a-z+]+://)", value) if part.strip()]
    for address in addresses:
        if address.startswith(f"{SENTINEL_SCHEME}://"):
            try:
                Sentinels.at(address)
            except ValueError as error:
                stop(variable, f"{address!r}: {error}")
        else:
            check_address(variable, address, "redis", "rediss", "unix", SENTINEL_SCHEME)
            if "," in urlsplit(address).netloc.rpartition("@")[2]:
                stop(variable, f"{address!r}: only {SENTINEL_SCHEME}:// names several hosts")
    return addresses


def layer_host(address: str, impatience: dict[str, Any]) -> dict[str, Any]:
    """`address` as channels_redis takes it; `impatience` is how sentinels are asked."""
    if not address.startswith(f"{SENTINEL_SCHEME}://"):
        return {"address": address}
    sentinels = Sentinels.at(address)
    return {
        "sentinels": sentinels.locations,
        "master_name": sentinels.service,
        "sentinel_kwargs": {**sentinels.credentials, **impatience},
        "db": sentinels.db,
        **sentinels.credentials,
    }
