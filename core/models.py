"""People and their keys to the API."""

from __future__ import annotations

import hashlib
import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from core.text import can_be_stored


class User(AbstractUser):
    """Someone who signs in. `language` is what notifications to them are written in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")


def people_called(name: str) -> models.QuerySet[User]:
    """Who has this name: one or nobody. What no database can hold is nobody's."""
    return User.objects.filter(username=name) if can_be_stored(name) else User.objects.none()


class TokenQuerySet(models.QuerySet["Token"]):
    def usable(self) -> Self:
        """Tokens that have not expired, of people who may still sign in."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, user__is_active=True)

    def matching(self, secret: str) -> Self:
        return self.filter(digest=digest_of(secret))


def digest_of(secret: str) -> str:
    """SHA-256 in hex: enough for a random 256-bit secret, and it can be looked up by index."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    """A bearer token. Only its digest is stored: the secret itself is shown once."""

    PREFIX = "clm_"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, name: str, **facts: object) -> tuple[Token, str]:
        """A new token of `user` and its secret, which nobody can read again."""
        secret = cls.PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=digest_of(secret), **facts), secret
