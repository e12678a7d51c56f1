"""Muting: a user hears no more of a task or a room until they take it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from realtime.events import publishing
from realtime.models import Mute, Notification
from realtime.notifications.services import tell_changed, unread_of


def subjects_of(user_id: UUID, ids: Sequence[UUID]) -> set[str]:
    """What these of the user's notifications are about."""
    mine = Notification.objects.filter(user=user_id, pk__in=ids).exclude(subject="")
    return set(mine.values_list("subject", flat=True))


def mute(user_id: UUID, subjects: Collection[str]) -> int:
    """Mute what the user was told of before: its notifications become read, later ones come archived.

    Returns the new unread count.
    """
    with publishing() as publisher:
        about = Notification.objects.filter(user=user_id, subject__in=subjects).select_for_update()
        known = set(about.values_list("subject", flat=True)) - {""}
        Mute.objects.bulk_create(
            (Mute(user_id=user_id, subject=s) for s in sorted(known)), ignore_conflicts=True
        )
        about.filter(read_at=None).update(read_at=timezone.now())
        tell_changed(publisher, user_id, _shown(about))
    return unread_of(user_id)


def unmute(user_id: UUID, subjects: Collection[str]) -> int:
    """Returns the unread count, which stays as it is."""
    with publishing() as publisher:
        Mute.objects.filter(user=user_id, subject__in=subjects).delete()
        tell_changed(
            publisher, user_id, _shown(Notification.objects.filter(user=user_id, subject__in=subjects))
        )
    return unread_of(user_id)


def _shown(about: QuerySet[Notification]) -> list[UUID]:
    return list(about.filter(archived_at=None).values_list("pk", flat=True))


def mutes_of(user_id: UUID) -> QuerySet[Mute]:
    return Mute.objects.filter(user=user_id)


def mute_payloads(user_id: UUID, mutes: Sequence[Mute]) -> list[dict[str, Any]]:
    """Each with the title and link of what was told last of it: empty once that is cleaned up."""
    subjects = [mute.subject for mute in mutes]
    told = Notification.objects.filter(user=user_id, subject__in=subjects).order_by("created_at")
    latest = {subject: (title, url) for subject, title, url in told.values_list("subject", "title", "url")}
    return [
        {"subject": mute.subject, "title": title, "url": url, "created_at": mute.created_at}
        for mute in mutes
        for title, url in [latest.get(mute.subject, ("", ""))]
    ]
