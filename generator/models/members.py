"""Who else may see a task, or work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generator.models.tasks import Task


class Member(models.Model):
    """Somebody with whom a task's owner shares it."""

    class Role(models.TextChoices):
        VIEW = "view", _("May look")
        EDIT = "edit", _("May edit")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="task_memberships"
    )
    role = models.CharField(max_length=4, choices=Role.choices, default=Role.VIEW)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "user"], name="member_of_a_task_once")
        ]

    if TYPE_CHECKING:
        task_id: UUID
        user_id: UUID
