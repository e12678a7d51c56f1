"""Hosts that an administrator lets this site call, and which addresses are public."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

_ENTRY = re.compile(r"(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class HostRule:
    """`host`, `host:port`, or `*.domain` for all hosts below a domain; `port` is None where none is given."""

    name: str
    port: int | None
    below: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise `ValueError` for anything else."""
        found = _ENTRY.fullmatch(text.strip().lower())
        if found is None or not 0 < int(found[3] or 1) < 65_536:
            raise ValueError(f"{text!r} is no host, host:port or *.domain")
        return cls(found[2], int(found[3]) if found[3] else None, bool(found[1]))

    def names(self, host: str) -> bool:
        return host.endswith(f".{self.name}") if self.below else host == self.name


@dataclass(frozen=True, slots=True)
class Reach:
    """Where calls may lead: to the hosts that `rules` name, and to every public one if `anywhere`."""

    rules: tuple[HostRule, ...] = ()
    anywhere: bool = False


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a machine of the Internet. Raise `ValueError` where it is none."""
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine's own by its spelling."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def leads_inside(host: str, port: int) -> bool:
    """Whether a name or an address leads to no public machine. Raise `OSError` when it leads nowhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return not all(is_public(str(address[0])) for *_, address in found)
