"""JSON: `{task, documents, items, cases}`, the same payloads as the API's, with the address of its schema."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from generator.exports.contents import Contents


def write(contents: Contents) -> bytes:
    whole = {"$schema": schema_url(), **asdict(contents)}
    del whole["questions"]
    return json.dumps(whole, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder).encode()


def schema_url() -> str:
    """Where this site publishes the schema; a path alone where nobody has said what the site is called."""
    return settings.PUBLIC_URL + reverse("export-schema")
