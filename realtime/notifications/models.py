"""Notifications: notes to one user."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at=None, archived_at=None)


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

    def __str__(self) -> str:
        return self.title
