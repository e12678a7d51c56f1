"""How often somebody may do something (interface §3), counted in Redis, or here when there is none."""

from __future__ import annotations

import logging
import math
import time
from functools import cache

from django.conf import settings
from limits import parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

logger = logging.getLogger(__name__)

OWN_MEMORY = "memory://"
RATES = {
    "api": parse("600/minute"),
    "tasks": parse("60/minute"),
    "estimate": parse("120/minute"),
    "sign-in": parse("10/minute"),
    "sign-up": parse("30/hour"),
}


def hit(scope: str, *identity: str) -> int | None:
    """Count one more of `scope` by `identity`. None if allowed, else the seconds to wait, at least 1."""
    try:
        return _hit(settings.LIMITS_STORAGE, scope, *identity)
    except StorageError as error:
        logger.warning("the rate limits' storage is away, this process counts alone: %s", error)
        return _hit(OWN_MEMORY, scope, *identity)


def _hit(uri: str, scope: str, *identity: str) -> int | None:
    limiter, rate = MovingWindowRateLimiter(storage_of(uri)), RATES[scope]
    if limiter.hit(rate, scope, *identity):
        return None
    return max(1, math.ceil(limiter.get_window_stats(rate, scope, *identity).reset_time - time.time()))


@cache
def storage_of(uri: str) -> Storage:
    """The storage at `uri`. It does not wait long for a Redis that is away."""
    timeouts = {} if uri == OWN_MEMORY else {"socket_timeout": 2, "socket_connect_timeout": 1}
    storage = storage_from_string(uri, wrap_exceptions=True, **timeouts)
    assert isinstance(storage, Storage)
    return storage
