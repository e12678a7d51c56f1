"""Everything that can go wrong in a call, as a problem document (interface §3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.log import log_response
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled
from ninja.errors import ValidationError as NinjaValidationError

from core.api.multipart import WholeForm
from core.errors import problem, unavailable
from core.outages import is_outage
from core.validation import InvalidInput, TooLarge, WrongType, messages_of

View = Callable[..., HttpResponse]
JSON = "application/json"
NO_FIELDS = {"body": 2, "query": 1, "path": 1, "header": 1}
"""How many leading parts of a location are ninja's own."""
HEADERS_TOO_LONG = "Request max total header size exceeded."
"""Django's words for a part of a form whose headers, its file's name above all, pass 1,024 bytes."""


class WrongMediaType(Exception):
    """The body is of a type that this call does not take."""


class Malformed(Exception):
    """The body can't be read as what it says it is; the message says why."""


class Conflict(Exception):
    """What was asked does not fit what is there; `extra` joins the problem document."""

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


def invalid(errors: dict[str, str], status: int = 422) -> HttpResponse:
    named = [{"field": field, "message": message} for field, message in errors.items()]
    return problem(status, " ".join(errors.values()), named)


def _not_valid(request: HttpRequest, error: NinjaValidationError) -> HttpResponse:
    if error.errors[0]["loc"][0] == "body" and not request.body:
        return _no_body(request)
    errors: dict[str, str] = {}
    for one in error.errors:
        errors |= messages_of([one], skip=NO_FIELDS.get(one["loc"][0], 1))
    return invalid(errors)


def _no_body(request: HttpRequest) -> HttpResponse:
    """Ninja takes it for a missing field, but nothing is no JSON."""
    if request.content_type != JSON:
        return wrong_media_type(request, WrongMediaType(JSON))
    return _http_error(request, HttpError(400, ""))


def _invalid_input(request: HttpRequest, error: InvalidInput) -> HttpResponse:
    status = {TooLarge: 413, WrongType: 415}.get(type(error), 422)
    return invalid(error.errors, status)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, WrongMediaType):
        return wrong_media_type(request, error.__cause__)
    if error.status_code == 401:
        response = problem(
            401, error.message if str(error) != "Unauthorized" else _("Sign in, or send a token.")
        )
        response["WWW-Authenticate"] = 'Bearer realm="caseloom"'
        return response
    malformed = error.status_code == 400
    return problem(error.status_code, _("The body is not well-formed JSON.") if malformed else error.message)


def wrong_media_type(request: HttpRequest, error: WrongMediaType) -> HttpResponse:
    return problem(415, _("Send the body as %(types)s.") % {"types": str(error)})


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return problem(429, _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": error.wait})


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return problem(404, _("There is nothing here, or it is not yours to see."))


def _conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    return problem(409, error.detail, **error.extra)


def _too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(413, _("The body is larger than %(n)s MB.") % {"n": settings.MAX_UPLOAD_MB})


def _too_many_files(request: HttpRequest, _error: TooManyFilesSent) -> HttpResponse:
    return invalid({"files": _("Send fewer files.")})


def _malformed(request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(400, _("The request is malformed."))


def _bad_form(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
    if str(error) == HEADERS_TOO_LONG:
        return invalid({"files": _("Give the files shorter names.")})
    return _malformed(request, error)


def _unreadable(request: HttpRequest, error: Malformed) -> HttpResponse:
    return problem(400, str(error))


def _database_failed(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    return unavailable(request, error) if is_outage(error) else _bug(request, error)


def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
    signals.got_request_exception.send(sender=None, request=request)
    response = problem(500, _("Something went wrong here. It has been logged."))
    log_response(
        "%s: %s", response.reason_phrase, request.path, response=response, request=request, exception=error
    )
    return response


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    NinjaValidationError: _not_valid,
    InvalidInput: _invalid_input,
    HttpError: _http_error,
    WrongMediaType: wrong_media_type,
    Throttled: _throttled,
    Http404: not_found,
    Conflict: _conflict,
    RequestDataTooBig: _too_big,
    TooManyFilesSent: _too_many_files,
    SuspiciousOperation: _malformed,
    MultiPartParserError: _bad_form,
    Malformed: _unreadable,
    UnreadablePostError: _malformed,
    DatabaseError: _database_failed,
    Exception: _bug,
}


def add_handlers(api: NinjaAPI) -> None:
    for error, handler in HANDLERS.items():
        api.add_exception_handler(error, handler)


def with_problems(view: View) -> View:
    """A view whose "method not allowed" is a problem too, with HEAD beside GET, and whole forms alone."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers.insert(0, WholeForm(request))
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked
        response = view(request, *args, **kwargs)
        request.method = asked
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        refused = problem(
            HTTPStatus.METHOD_NOT_ALLOWED, _("This address does not take %(method)s.") % {"method": asked}
        )
        refused["Allow"] = response["Allow"]
        return refused

    return answer
