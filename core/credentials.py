"""Who is calling: a session cookie or a bearer token, over HTTP and WebSocket alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.models import Token, User


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller showed: the key of a session or the id of a token, and whose it was."""

    user_id: UUID
    session_key: str = ""
    token_id: UUID | None = None


def bearer_of(authorization: str) -> str | None:
    """The secret in an `Authorization` header, None when it is not a bearer header."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def of_token(secret: str) -> Credential | None:
    """The credential that a bearer secret stands for, None when it is unknown, expired or revoked."""
    token = Token.objects.usable().matching(secret).first()
    return Credential(token.user_id, token_id=token.pk) if token else None


def of_session(session_key: str) -> Credential | None:
    """The credential that a session cookie stands for, None when it is nobody's or over."""
    session = Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).first()
    if session is None:
        return None
    claimed = _claim(session)
    user = claimed and User.objects.filter(pk=claimed[0], is_active=True).first()
    return Credential(user.pk, session_key=session_key) if user and _proves(claimed, user) else None


def still_valid(credentials: Iterable[Credential]) -> set[Credential]:
    """Those whose session or token is good right now: three queries, however many are asked about."""
    asked = set(credentials)
    tokens = set(
        Token.objects.usable()
        .filter(pk__in=[c.token_id for c in asked if c.token_id])
        .values_list("pk", flat=True)
    )
    sessions = Session.objects.filter(
        session_key__in=[c.session_key for c in asked if c.session_key], expire_date__gt=timezone.now()
    )
    claims = {session.session_key: _claim(session) for session in sessions}
    users = User.objects.filter(is_active=True).in_bulk([c.user_id for c in asked])
    return {
        c for c in asked if c.token_id in tokens or _proves(claims.get(c.session_key), users.get(c.user_id))
    }


def _claim(session: Session) -> tuple[UUID, str] | None:
    content = SessionStore().decode(session.session_data)
    if SESSION_KEY not in content:
        return None
    return UUID(content[SESSION_KEY]), content.get(HASH_SESSION_KEY, "")


def _proves(claim: tuple[UUID, str] | None, user: User | None) -> bool:
    """A session is good while its password hash is: a changed password ends all the others."""
    if claim is None or user is None or claim[0] != user.pk:
        return False
    return constant_time_compare(claim[1], user.get_session_auth_hash())
