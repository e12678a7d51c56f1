"""`/healthz` and `/readyz`: for load balancers and people on call (interface §5)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import drain
from core.throttle import storage_of

OK, DEGRADED, DOWN = "ok", "degraded", "down"

PARTS: dict[str, Callable[[], bool]] = {}
"""What else the product needs to be whole, by its name in `/readyz`; apps enter theirs."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 while the process should get no requests; what is `degraded` does not stop it from serving."""
    database = _database_answers()
    report = {"database": OK if database else DOWN, "channel_layer": OK if _redis_answers() else DEGRADED}
    report |= {name: OK if database and is_whole() else DEGRADED for name, is_whole in PARTS.items()}
    draining = drain.is_draining()
    status = (
        "draining" if draining else DOWN if not database else DEGRADED if DEGRADED in report.values() else OK
    )
    return JsonResponse({"status": status, **report}, status=200 if database and not draining else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _redis_answers() -> bool:
    """Always without Redis: the layer in memory cannot be away."""
    return all(storage_of(url).check() for url in settings.REDIS_URLS)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


class ProbesMiddleware:
    """Answers the probes before anything looks at the Host header: load balancers ask by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, self._get_response)(request)
