"""Pages of accounts: sign-up, sign-in, the account with its tokens; and the frame's two switches."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash, views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import DisallowedHost
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from core import throttle
from core.errors import plain_page, problem, unavailable
from core.forms import ChangePasswordForm, SignInForm, SignUpForm, TokenForm
from core.http import PersonRequest
from core.models import Token
from core.outages import is_outage
from core.pagination import Page, PageQuery, Row, page_of
from core.shell import THEMES
from core.validation import InvalidInput

YEAR_SECONDS = 31_536_000


class SignIn(views.LoginView):
    """`username`, `password` and `next`, ten tries a minute for a name and address."""

    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A fragment that was asked for without a session must not become part of a page: the page goes."""
        if "HX-Request" in request.headers:
            page = urlsplit(request.headers.get("HX-Current-URL", "/"))
            return HttpResponseClientRedirect(f"{request.path}?{urlencode({'next': page.path})}")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = throttle.hit("sign-in", request.POST.get("username", "").lower()[:150], _address(request))
        return too_many(request, seconds) if seconds else super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Notifications are written in the language that the person signs in with."""
        user = form.get_user()
        user.language = get_language()
        user.save(update_fields=["language"])
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form), status=HTTPStatus.UNPROCESSABLE_ENTITY
        )


def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account, signed in at once."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if settings.SIGNUP != "open":
        return render(request, "core/sign_up_closed.html", status=HTTPStatus.FORBIDDEN)
    if request.method != "POST":
        return render(request, "core/sign_up.html", {"form": SignUpForm()})
    seconds = throttle.hit("sign-up", _address(request))
    if seconds:
        return too_many(request, seconds)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return render(request, "core/sign_up.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.instance.language = get_language()
    login(request, form.save())
    return redirect("/")


@login_required
def change_password(request: PersonRequest) -> HttpResponse:
    """Ends every other session, this one stays signed in."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed. Your other sessions are signed out."))
        return redirect("account")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "core/change_password.html", {"form": form}, status=status)


@login_required
def account(request: PersonRequest) -> HttpResponse:
    """The account; a POST makes a token, whose secret this one answer shows."""
    form = TokenForm(request.POST or None)
    secret = Token.issue(request.user, form.cleaned_data["name"])[1] if form.is_valid() else ""
    context = {"form": TokenForm() if secret else form, "secret": secret, "tokens": request.user.tokens.all()}
    invalid = form.is_bound and not secret
    status = HTTPStatus.UNPROCESSABLE_ENTITY if invalid else HTTPStatus.OK
    response = render(request, "core/account.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke_token(request: PersonRequest, token: str) -> HttpResponse:
    found = get_object_or_404(request.user.tokens, pk=token)
    found.delete()
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": found.name})
    return redirect("account")


@login_required
@require_POST
def remove_device(request: PersonRequest, device: str) -> HttpResponse:
    """That browser is pushed to no more."""
    found = get_object_or_404(request.user.push_subscriptions, pk=device)
    found.delete()
    messages.success(request, _("“%(name)s” is removed.") % {"name": found.device})
    return redirect("account")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Pages from now on, and notifications to come, in another language. Stays on the page."""
    response = redirect(_page_before(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR_SECONDS,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    response = redirect(_page_before(request))
    if request.POST.get("theme") in THEMES:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(
            "theme", request.POST["theme"], max_age=YEAR_SECONDS, secure=secure, samesite="Lax"
        )
    return response


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page for whoever tries too often."""
    response = render(request, "core/429.html", {"seconds": seconds}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def page_or_404(rows: QuerySet[Row] | Sequence[QuerySet[Row]], keys: Sequence[str], cursor: str) -> Page[Row]:
    """A part of a page's list, uncounted. A cursor that somebody made up leads nowhere."""
    try:
        return page_of(rows, keys, PageQuery(cursor=cursor), total=0)
    except InvalidInput as invalid:
        raise Http404 from invalid


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Asks nothing of the request, which is what is wrong."""
    if request.path.startswith("/api/"):
        foreign = isinstance(exception, DisallowedHost)
        words = _("The Host header names another site.") if foreign else _("The request is malformed.")
        return problem(HTTPStatus.BAD_REQUEST, words)
    return plain_page(request, HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(HTTPStatus.NOT_FOUND, _("There is nothing at this address."))
    return render(request, "core/404.html", status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "core/403.html", status=HTTPStatus.FORBIDDEN)


def broken(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is broken: Django calls it within the `except`."""
    error = sys.exc_info()[1]
    if error and is_outage(error):
        return unavailable(request, error)
    if request.path.startswith("/api/"):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side."))
    return plain_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _page_before(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own else "/"
