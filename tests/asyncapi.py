"""`docs/asyncapi.yaml` as the judge of what sockets send."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "asyncapi.yaml"
A_FEW = 10


@cache
def document() -> dict[str, Any]:
    return yaml.safe_load(DOCUMENT.read_text())


@cache
def _registry() -> Registry:
    from core.api_root import api

    openapi = json.loads(json.dumps(api.get_openapi_schema()))
    parts = {"asyncapi.yaml": document(), "openapi.json": openapi}
    return Registry().with_resources(
        (name, DRAFT202012.create_resource(part)) for name, part in parts.items()
    )


def messages_of(operation: str) -> list[str]:
    """The messages of "tell", which the server sends, or "hear"."""
    references = document()["operations"][operation]["messages"]
    return [reference["$ref"].rpartition("/")[2] for reference in references]


@cache
def _validator(message: str) -> Draft202012Validator:
    at = f"asyncapi.yaml#/components/messages/{message}/payload"
    return Draft202012Validator({"$ref": at}, registry=_registry())


def judge(frame: dict[str, Any]) -> None:
    """Fail unless `frame` is one that the document lets the server send."""
    kind = frame["type"]
    assert kind in messages_of("tell"), f"{kind} is not documented"
    errors = [f"{error.json_path}: {error.message}" for error in _validator(kind).iter_errors(frame)]
    assert not errors, (frame, errors)


def judge_some(frames: Iterable[dict[str, Any]]) -> None:
    """The first few of each type: judging takes longer than sending."""
    seen: Counter[str] = Counter()
    for frame in frames:
        seen[frame["type"]] += 1
        if seen[frame["type"]] <= A_FEW:
            judge(frame)
