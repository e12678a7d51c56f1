"""Notifications: notes to one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at=None, archived_at=None)

    def silent(self) -> Self:
        """Those that their user's site never showed: archived as they were told."""
        return self.filter(read_at=None, archived_at=models.F("created_at"))

    def with_mutes(self) -> Self:
        """Each knows whether its user muted what it is about."""
        mutes = Mute.objects.filter(user=models.OuterRef("user"), subject=models.OuterRef("subject"))
        return self.annotate(muted=models.Exists(mutes))


class Notification(models.Model):
    """A note to one user. An unread one about the same `subject` is updated instead of a second one made."""

    class Kind(models.TextChoices):
        TASK_COMPLETED = "task.completed", _("Task completed")
        TASK_FAILED = "task.failed", _("Task failed")
        TASK_CANCELLED = "task.cancelled", _("Task cancelled")
        CHAT_MESSAGE = "chat.message", _("Chat message")
        CHAT_MENTION = "chat.mention", _("Mention")
        CHAT_INVITE = "chat.invite", _("Invitation")
        SYSTEM = "system", _("System")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=400)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    count = models.PositiveIntegerField(default=1)
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "subject"],
                condition=models.Q(read_at=None, archived_at=None) & ~models.Q(subject=""),
                name="one_unread_notification_a_subject",
            )
        ]

    muted = False
    """As `with_mutes` finds it."""

    if TYPE_CHECKING:
        user_id: UUID

    def __str__(self) -> str:
        return self.title

    @property
    def is_silent(self) -> bool:
        return self.archived_at == self.created_at

    @property
    def is_settled(self) -> bool:
        """Whether its user has met it: then nothing about it needs to leave the house any more."""
        put_away = self.archived_at is not None and not self.is_silent
        return bool(self.seen_at or self.read_at or put_away)


class Preferences(models.Model):
    """Where a user wants to be told of what, and when not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    kinds = models.JSONField(default=dict)
    """By kind and channel: what differs from the defaults."""
    quiet = models.JSONField(null=True)
    """`{days, from, to, timezone}`: when nothing leaves the house."""


class Mute(models.Model):
    """A subject that a user wants to hear no more of."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes")
    subject = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "subject"], name="mute_once")
        ]


class Target(models.Model):
    """Where else a user is told: an Apprise address, which holds secrets."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="targets")
    url = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class Delivery(models.Model):
    """A notification that still has to leave the house: to one browser, to one target, or to hidden tabs.

    The durable queue of what is sent at least once: a row goes once it was sent or given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    # Without constraints: a browser that signs off must not undo the transaction that just queued for it.
    subscription = models.ForeignKey(
        "realtime.Subscription",
        null=True,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="deliveries",
    )
    target = models.ForeignKey(
        Target, null=True, on_delete=models.CASCADE, db_constraint=False, related_name="deliveries"
    )
    due_at = models.DateTimeField(db_index=True)
    """When it is to be sent, or tried again. A worker that takes it moves this behind its own time limit."""
    attempts = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    """Goes up when its notification is told again, so that whoever sends the old one does not end the new."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notification", "subscription"], name="delivery_once_a_browser"),
            models.UniqueConstraint(fields=["notification", "target"], name="delivery_once_a_target"),
            models.UniqueConstraint(
                fields=["notification"],
                condition=models.Q(subscription=None, target=None),
                name="delivery_once_to_tabs",
            ),
        ]

    if TYPE_CHECKING:
        notification_id: UUID
        subscription_id: UUID | None
        target_id: UUID | None
