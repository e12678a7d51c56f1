"""Through which channels a user is told of something now: preferences, mutes and quiet hours together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from core.models import User
from realtime.events import Publisher
from realtime.models import Mute, Notification, Subscription, Target
from realtime.notifications.delivering import queue_deliveries
from realtime.notifications.quiet import quiet_until

CHANNELS = ("site", "chat", "browser", "elsewhere")

Kinds = dict[str, dict[str, bool]]


def is_offered(kind: str, channel: str) -> bool:
    """The chat shows what is said in it: it is no channel for that."""
    return channel != "chat" or not kind.startswith("chat.")


def ways_of(kind: str, chosen: Kinds | None) -> dict[str, bool]:
    """Through which channels a user is told of `kind`, who chose these differences from the defaults."""
    defaults = {"site": True, "chat": kind.startswith("task."), "browser": True, "elsewhere": False}
    return defaults | (chosen or {}).get(kind, {})


@dataclass(frozen=True, slots=True)
class Ways:
    """`browser` and `elsewhere` are true only where there is something to send to."""

    site: bool
    chat: bool
    browser: bool
    elsewhere: bool
    pops_up: bool
    due_at: datetime
    """When it may leave the house: now, or when the quiet hours end."""

    def tell_chat(self, publisher: Publisher, user_id: UUID, told: Mapping[str, Any]) -> None:
        """Comes before the notification's own row: rooms are locked before notifications."""
        from realtime.chat.system import tell_in_chat  # which notifies, too

        if self.chat:
            tell_in_chat(publisher, user_id, title=told["title"], body=told["body"], url=told["url"])

    def tell_outside(self, publisher: Publisher, notification: Notification) -> None:
        if self.browser or self.elsewhere:
            queue_deliveries(
                publisher, notification, browser=self.browser, elsewhere=self.elsewhere, due_at=self.due_at
            )


def ways_for(user_ids: Sequence[UUID], kind: str, subject: str, now: datetime) -> dict[UUID, Ways]:
    """For each of the users, in one query: workers ask in the transaction that ends a task."""
    mine = {"user": OuterRef("pk")}
    rows = User.objects.filter(pk__in=user_ids).values_list(
        "pk",
        "preferences__kinds",
        "preferences__quiet",
        Exists(Mute.objects.filter(**mine, subject=subject)),
        Exists(Subscription.objects.filter(**mine)),
        Exists(Target.objects.filter(**mine)),
    )
    return {
        pk: _ways(ways_of(kind, kinds), quiet_until(quiet, now), now, *facts)
        for pk, kinds, quiet, *facts in rows
    }


def _ways(
    wanted: Mapping[str, bool],
    quiet_end: datetime | None,
    now: datetime,
    muted: bool,
    has_browser: bool,
    has_target: bool,
) -> Ways:
    wanted = dict.fromkeys(CHANNELS, False) if muted else wanted
    quiet = quiet_end is not None
    return Ways(
        site=wanted["site"],
        chat=wanted["chat"],
        # When quiet hours end, open tabs are told too: that row needs no subscription.
        browser=wanted["browser"] and (has_browser or quiet),
        elsewhere=wanted["elsewhere"] and has_target,
        pops_up=wanted["browser"] and not quiet,
        due_at=quiet_end or now,
    )
