"""Web Push: this site's keys and the browsers that wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.ids import uuid7


class VapidKeys(models.Model):
    """The one key pair by which push services know this site (RFC 8292), made when it is first needed."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    private_key = models.TextField(editable=False)
    """PEM. Never shown."""
    public_key = models.CharField(max_length=100, editable=False)
    """Uncompressed point, base64url without padding: what browsers subscribe with."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)


class Subscription(models.Model):
    """One browser of one user that asked for pushes (a `PushSubscription`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.TextField()
    """Whoever knows it can push: it is a secret."""
    digest = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the endpoint, hex: a browser has one subscription, whoever uses it."""
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    device = models.CharField(max_length=200, blank=True)
    """What its owner knows it by: browser and system."""
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    if TYPE_CHECKING:
        user_id: UUID

    def __str__(self) -> str:
        return self.device
