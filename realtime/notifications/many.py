"""Notifying many at once: as `services.notify` does it for one, in few queries for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from realtime.events import Publisher
from realtime.notifications.models import Notification, NotificationQuerySet
from realtime.notifications.services import notification_payload
from realtime.notifications.ways import ways_for

USERS_A_STATEMENT = 100


def notify_each(
    publisher: Publisher, user_ids: Sequence[UUID], kind: Notification.Kind, *, subject: str, **told: str
) -> None:
    """Tell all of them the same of `subject`: its `title`, `body` and `url`.

    Nobody else notifies of `subject` meanwhile: the caller holds a lock that says so. Without a `subject`
    each notification is a new one.
    """
    now = timezone.now()
    ways = ways_for(user_ids, kind, subject, now)
    facts: dict[str, Any] = {"kind": kind, "created_at": now, **told}
    for user_id in user_ids:
        ways[user_id].tell_chat(publisher, user_id, told)
    mine = Notification.objects.filter(subject=subject).exclude(subject="")
    shown, hidden = ([pk for pk in user_ids if ways[pk].site is site] for site in (True, False))
    again = _again(mine.unread().filter(user__in=shown), facts | {"archived_at": None})
    again |= _again(mine.silent().filter(user__in=hidden), facts | {"archived_at": now})
    new = _new([pk for pk in user_ids if pk not in again], subject, facts, {*hidden})
    unread = cache(partial(unread_counts, shown))
    for user_id, notification in sorted({**again, **new}.items()):
        if ways[user_id].site:
            publisher.tell(
                user_id,
                "notification.updated" if user_id in again else "notification.created",
                notification=notification_payload(notification),
                unread=partial(_count_of, unread, user_id),
                popup=ways[user_id].pops_up,
            )
        ways[user_id].tell_outside(publisher, notification)


def read_by_each(publisher: Publisher, user_ids: Collection[UUID], subject: str) -> None:
    """They have all seen `subject`, or it is gone: what was told of it is read."""
    about = Notification.objects.filter(subject=subject, user__in=user_ids).unread().order_by("user_id")
    changed = list(about.select_for_update().values_list("user_id", "pk"))
    Notification.objects.filter(pk__in=[pk for _user_id, pk in changed]).update(read_at=timezone.now())
    unread = cache(partial(unread_counts, [user_id for user_id, _pk in changed]))
    for user_id, pk in changed:
        publisher.tell(
            user_id, "notification.read", ids=[str(pk)], unread=partial(_count_of, unread, user_id)
        )


def restate(publisher: Publisher, subject: str, before: str, after: str) -> None:
    """What was told of `subject` in the words `before` now says `after`; that is no news."""
    same = Notification.objects.filter(subject=subject, body=before).order_by("user_id")
    changed = list(same.select_for_update().values_list("pk", flat=True))
    there = Notification.objects.filter(pk__in=changed)
    there.update(body=after)
    shown = list(there.filter(archived_at=None).with_mutes().order_by("user_id"))
    unread = cache(partial(unread_counts, [notification.user_id for notification in shown]))
    for notification in shown:
        publisher.tell(
            notification.user_id,
            "notification.updated",
            notification=notification_payload(notification),
            unread=partial(_count_of, unread, notification.user_id),
            popup=False,
        )


def _again(same: NotificationQuerySet, facts: dict[str, Any]) -> dict[UUID, Notification]:
    """By user: those that were there, and now say something else."""
    found = list(same.select_for_update().order_by("user_id").values_list("pk", flat=True))
    there = Notification.objects.filter(pk__in=found)
    there.update(**facts, count=F("count") + 1, seen_at=None)
    return {notification.user_id: notification for notification in there}


def _new(
    user_ids: Collection[UUID], subject: str, facts: dict[str, Any], hidden: set[UUID]
) -> dict[UUID, Notification]:
    notifications = Notification.objects.bulk_create(
        (
            Notification(
                user_id=pk,
                subject=subject,
                archived_at=facts["created_at"] if pk in hidden else None,
                **facts,
            )
            for pk in user_ids
        ),
        batch_size=USERS_A_STATEMENT,
    )
    return {notification.user_id: notification for notification in notifications}


def unread_counts(user_ids: Collection[UUID]) -> dict[UUID, int]:
    """The numbers on their bells."""
    unread = Notification.objects.filter(user__in=user_ids).unread().order_by()
    return dict(unread.values_list("user").annotate(Count("pk")))


def _count_of(counts: Callable[[], dict[UUID, int]], user_id: UUID) -> int:
    return counts().get(user_id, 0)
