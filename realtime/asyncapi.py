"""The description of the event stream, beside that of the HTTP API, to whose schemas it refers."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, HttpRequest

DOCUMENT = settings.BASE_DIR / "docs" / "asyncapi.yaml"


def asyncapi(request: HttpRequest) -> FileResponse:
    return FileResponse(DOCUMENT.open("rb"), content_type="application/yaml; charset=utf-8")
