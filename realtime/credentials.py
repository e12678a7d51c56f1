"""Ringing the sockets of whoever signed out, changed a password or revoked a token.

Each looks whether it was the one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from core.models import Token, User
from realtime import bells


def session_ended(instance: Session, **kwargs: Any) -> None:
    """A deleted session: the signal of signing out itself comes too early, before the row is gone."""
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id:
        _ring(UUID(user_id))


def token_revoked(instance: Token, **kwargs: Any) -> None:
    _ring(instance.user_id)


def user_saved(instance: User, created: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """Whatever may have changed the password or shut the user out."""
    if not created and (update_fields is None or {"password", "is_active"} & set(update_fields)):
        _ring(instance.pk)


def _ring(user_id: UUID) -> None:
    bells.ring_after_commit([(bells.user_group(user_id), {"type": "credentials.changed"})])
