"""Errors as people and programs get them: a page, or `application/problem+json` under `/api/` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import csrf as django_csrf

from core.shell import theme_of

DATABASE_AWAY = gettext_noop(
    "The database cannot be reached or written right now. Nothing was changed; try again in a few seconds."
)
RETRY_SECONDS = 5
"""After which a database that was away is worth another try."""


def problem(
    status: int, detail: str, errors: list[dict[str, str]] | None = None, **extra: Any
) -> JsonResponse:
    """A problem document; `errors` names each bad field: `{field, message}`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **extra,
    }
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type="application/problem+json")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form or call without a good CSRF token."""
    if request.path.startswith("/api/"):
        return problem(403, _("The CSRF token is missing or wrong: send the cookie's value as X-CSRFToken."))
    return django_csrf.csrf_failure(request, reason)


def plain_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """The page `core/<status>.html`, which asks nothing of sessions, users or the database."""
    words = render_to_string(f"core/{status:d}.html", {"theme": theme_of(request)})
    return HttpResponse(words, status=status)


def unavailable(request: HttpRequest, outage: BaseException) -> HttpResponse:
    """The database is away, full or busy. Asks nothing of it, and costs the log one line a request."""
    if request.path.startswith("/api/"):
        response: HttpResponse = problem(HTTPStatus.SERVICE_UNAVAILABLE, _(DATABASE_AWAY))
    else:
        response = plain_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(RETRY_SECONDS)
    reason = str(outage).partition("\n")[0]
    log_response(
        "Database away: %s %s: %s",
        request.method,
        request.path,
        reason,
        response=response,
        request=request,
        level="warning",
    )
    return response
