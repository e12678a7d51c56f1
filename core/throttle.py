"""How often somebody may do something (interface §3), counted in Redis, or here when there is none."""

from __future__ import annotations

import logging
import math
import time
from functools import cache
from typing import Any

from django.conf import settings
from limits import parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.redis_address import SENTINEL_SCHEME, Sentinels

logger = logging.getLogger(__name__)

OWN_MEMORY = "memory://"
RATES = {
    "api": parse("600/minute"),
    "tasks": parse("60/minute"),
    "estimate": parse("120/minute"),
    "sign-in": parse("10/minute"),
    "sign-up": parse("30/hour"),
}

ANSWER_SECONDS = 0.5
"""How long a request waits for the storage, to connect and to read."""
AWAY_SECONDS = 5.0
"""How long this process counts alone after that, before a request waits for the storage again."""

_away_until = -math.inf


def hit(scope: str, *identity: str) -> int | None:
    """Count one more of `scope` by `identity`. None if allowed, else the seconds to wait, at least 1."""
    global _away_until
    if time.monotonic() < _away_until:
        return _hit(OWN_MEMORY, scope, *identity)
    try:
        return _hit(settings.LIMITS_STORAGE, scope, *identity)
    except StorageError as error:
        _away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("the rate limits' storage is away, this process counts alone: %s", error)
        return _hit(OWN_MEMORY, scope, *identity)


def _hit(uri: str, scope: str, *identity: str) -> int | None:
    limiter, rate = MovingWindowRateLimiter(storage_of(uri)), RATES[scope]
    if limiter.hit(rate, scope, *identity):
        return None
    return max(1, math.ceil(limiter.get_window_stats(rate, scope, *identity).reset_time - time.time()))


@cache
def storage_of(uri: str) -> Storage:
    """The storage at `uri`, which is not asked twice."""
    if uri == OWN_MEMORY:
        return _storage(uri)
    waits = dict.fromkeys(["socket_timeout", "socket_connect_timeout"], ANSWER_SECONDS)
    impatience = {**waits, "retry": Retry(NoBackoff(), 0)}
    if not uri.startswith(f"{SENTINEL_SCHEME}://"):
        return _storage(uri.replace("unix://", "redis+unix://"), **impatience)
    sentinels = Sentinels.at(uri)
    return _storage(
        f"{SENTINEL_SCHEME}://{sentinels.hosts}",
        service_name=sentinels.service,
        sentinel_kwargs={**sentinels.credentials, **impatience},
        db=sentinels.db,
        **sentinels.credentials,
        **impatience,
    )


def _storage(uri: str, **options: Any) -> Storage:
    storage = storage_from_string(uri, wrap_exceptions=True, **options)
    assert isinstance(storage, Storage)
    return storage
