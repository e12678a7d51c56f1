"""Who calls the API: a bearer token, or a session cookie with its CSRF token; and how often they may."""

from __future__ import annotations

from contextvars import ContextVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, AuthorizationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.throttling import BaseThrottle
from ninja.utils import check_csrf

from core import throttle
from core.credentials import bearer_of
from core.models import Token, User

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class SignedInRequest(HttpRequest):
    """What operations are given: somebody has been let in."""

    user: User


def may_write(token: Token) -> bool:
    """A token without scopes may do all that its user may."""
    return not token.scopes or "write" in token.scopes


class Bearer(HttpBearer):
    """`Authorization: Bearer …`. A bad one is refused even when a good cookie comes with it."""

    def __call__(self, request: HttpRequest) -> User | None:
        secret = bearer_of(request.headers.get("Authorization", ""))
        return None if secret is None else self.authenticate(request, secret)

    def authenticate(self, request: HttpRequest, token: str) -> User:
        found = Token.objects.usable().matching(token).select_related("user").first()
        if found is None:
            raise AuthenticationError(message=_("The bearer token is unknown, expired or revoked."))
        if request.method not in SAFE_METHODS and not may_write(found):
            raise AuthorizationError(message=_("This token may only read."))
        request.user = found.user
        return found.user


class Session(APIKeyCookie):
    """The site's own session cookie; what changes something needs `X-CSRFToken` as well."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, _key: str | None) -> User | None:
        user = request.user
        if not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise AuthorizationError(
                message=_("The CSRF token is missing or wrong: send the cookie's value as X-CSRFToken."),
            )
        return user


class PerUser(BaseThrottle):
    """One of `core.throttle`'s rates, counted for each user."""

    _seconds: ContextVar[int | None] = ContextVar("seconds to wait", default=None)

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def allow_request(self, request: HttpRequest) -> bool:
        seconds = throttle.hit(self._scope, str(request.user.pk))
        self._seconds.set(seconds)
        return seconds is None

    def wait(self) -> float | None:
        return self._seconds.get()
