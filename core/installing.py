"""What lets a browser install the site: its manifest, and the worker that shows notifications."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

WORKER = settings.BASE_DIR / "static" / "service-worker.js"
DARK_PAGE = "#080b0a"
"""`--ink-0` of `static/css/tokens.css`: what a window shows before its page."""
ICONS = (
    ("icons/icon-192.png", "192x192", "image/png", "any"),
    ("icons/icon-512.png", "512x512", "image/png", "any"),
    ("icons/maskable-512.png", "512x512", "image/png", "maskable"),
    ("icons/mark.svg", "any", "image/svg+xml", "any"),
)


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the language that the browser asks for."""
    return JsonResponse(
        {
            "id": "/",
            "name": _("Caseloom: test cases from requirements"),
            "short_name": "Caseloom",
            "description": _("Caseloom turns requirements into reviewed test cases."),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": DARK_PAGE,
            "background_color": DARK_PAGE,
            "icons": [
                {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
                for name, sizes, kind, purpose in ICONS
            ],
            "shortcuts": [{"name": _("Tasks"), "url": reverse("tasks")}],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker under an address that never changes, told this deployment's addresses."""
    addresses = {
        "icon": static("icons/icon-192.png"),
        "badge": static("icons/badge-96.png"),
        "notifications": reverse("notifications"),
        "read": reverse("api:read_notifications"),
        "key": "/api/v1/push/key",
        "subscriptions": "/api/v1/push/subscriptions",
        "csrfCookie": settings.CSRF_COOKIE_NAME,
    }
    script = f"self.site = {json.dumps(addresses)}\n{WORKER.read_text()}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
