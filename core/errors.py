"""Errors as people and programs get them: a page, or `application/problem+json` under `/api/` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import csrf as django_csrf


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
