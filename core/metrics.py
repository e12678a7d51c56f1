"""`/metrics` in Prometheus' text format (interface §5). Apps enter their gauges in `GAUGES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.credentials import bearer_of
from core.errors import problem

FORWARDING = {
    "via",
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
}
"""Headers by which a proxy tells that it stands between, beside the `X-Forwarded-` ones."""
GAUGES: list[Callable[[], Iterable[Metric]]] = []


class _Gauges(Collector):
    """Everything that the apps entered, read when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        for gauges in GAUGES:
            yield from gauges()


REGISTRY = CollectorRegistry()
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=REGISTRY)


@csrf_exempt
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For a holder of `METRICS_TOKEN`, and for a caller on this machine that no proxy stands before."""
    if not _may_see(request):
        return problem(403, _("Send the METRICS_TOKEN as a bearer token, or ask from the machine itself."))
    database = CollectorRegistry()
    database.register(_Gauges())
    text = generate_latest(REGISTRY) + generate_latest(database)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_see(request: HttpRequest) -> bool:
    secret = bearer_of(request.headers.get("Authorization", ""))
    if secret is not None:
        return bool(settings.METRICS_TOKEN) and constant_time_compare(secret, settings.METRICS_TOKEN)
    return not any(map(_is_forwarding, request.headers)) and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_forwarding(header: str) -> bool:
    name = header.lower()
    return name in FORWARDING or name.startswith("x-forwarded-")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
