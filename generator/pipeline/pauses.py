"""Providers that asked to wait: what one process was told holds for all, by a row and a bell (design §4)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Greatest

from generator.models import ProviderPause
from generator.services import GENERATION_CHANNEL
from generator.transitions import database_now
from realtime import bells
from realtime.events import Publisher

MOMENT_SECONDS = 0.1
"""Calls that were refused together are told nearly the same end."""


class ProviderPauses:
    """Until when this process does not call an endpoint that answered 429 (`Retry-After`) somewhere."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def pause(self, endpoint: str, seconds: float) -> bool:
        """False when that is no news: the pause ends by then already, or all but."""
        before = self.until(endpoint)
        self._until[endpoint] = max(before, time.monotonic() + seconds)
        return self._until[endpoint] - before > MOMENT_SECONDS

    def until(self, endpoint: str) -> float:
        """The monotonic time from which `endpoint` may be called."""
        return self._until.get(endpoint, 0.0)

    def learn(self, others: Mapping[str, float]) -> None:
        """Take over what `open_pauses` read."""
        for endpoint, seconds in others.items():
            self.pause(endpoint, seconds)


def store_pause(endpoint: str, seconds: float) -> None:
    """Tell every process not to call `endpoint` for `seconds`; a pause is never made shorter."""
    until = database_now() + timedelta(seconds=seconds)
    ProviderPause.objects.bulk_create([ProviderPause(endpoint=endpoint, until=until)], ignore_conflicts=True)
    ProviderPause.objects.filter(endpoint=endpoint).update(until=Greatest("until", until))
    message = {"type": "provider.paused"}
    transaction.on_commit(lambda: bells.ring_channel(GENERATION_CHANNEL, message), robust=True)


def open_pauses(_publisher: Publisher) -> dict[str, float]:
    """How many seconds are left of each pause; those that are over are forgotten."""
    left = ExpressionWrapper(F("until") - database_now(), output_field=DurationField())
    pauses = dict(ProviderPause.objects.annotate(left=left).values_list("endpoint", "left"))
    seconds = {endpoint: left.total_seconds() for endpoint, left in pauses.items()}
    if any(left <= 0 for left in seconds.values()):
        ProviderPause.objects.filter(until__lte=database_now()).delete()
    return {endpoint: left for endpoint, left in seconds.items() if left > 0}
