"""JSON: `{task, documents, items, cases}`, the same payloads as the API's."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.core.serializers.json import DjangoJSONEncoder

from generator.exports.contents import Contents


def write(contents: Contents) -> bytes:
    return json.dumps(asdict(contents), ensure_ascii=False, indent=2, cls=DjangoJSONEncoder).encode()
