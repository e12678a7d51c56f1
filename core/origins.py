"""Which pages may open a socket: the site's own, and the trusted ones (interface §4)."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.http import is_same_domain

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_own_origin(origin: str, host: str) -> bool:
    """Whether `origin` (a header's text) is the page at `host` (the Host header) or a trusted origin."""
    try:
        split = urlsplit(origin)
        return bool(split.hostname) and (_at_host(split, host) or _is_trusted(split))
    except ValueError:  # no address at all
        return False


def _at_host(origin: SplitResult, host: str) -> bool:
    own = urlsplit(f"{origin.scheme}://{host}")
    return (origin.hostname, _port(origin)) == (own.hostname, _port(own))


def _is_trusted(origin: SplitResult) -> bool:
    return any(_trusted(origin, urlsplit(entry)) for entry in settings.CSRF_TRUSTED_ORIGINS)


def _trusted(origin: SplitResult, trusted: SplitResult) -> bool:
    pattern = (trusted.hostname or "").removeprefix("*")
    return (
        origin.scheme == trusted.scheme
        and _port(origin) == _port(trusted)
        and is_same_domain(origin.hostname or "", pattern)
    )


def _port(split: SplitResult) -> int | None:
    return split.port or DEFAULT_PORTS.get(split.scheme)
