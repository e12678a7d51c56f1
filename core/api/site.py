"""The NinjaAPI of Caseloom: its addresses, its parser and its schema."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from core.api.problems import JSON, WrongMediaType, add_handlers, not_found, with_problems

PROBLEM = "application/problem+json"
NOWHERE = csrf_exempt(not_found)


def read_json(request: HttpRequest) -> Any:
    """The body as JSON. Raise `WrongMediaType`, or `ValueError` when it is malformed."""
    if request.content_type != JSON:
        raise WrongMediaType(JSON)
    return json.loads(request.body, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class JsonParser(Parser):
    """Takes `application/json` alone, and no NaN or Infinity, which JSON does not have."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request)


class SiteAPI(NinjaAPI):
    """A NinjaAPI whose every error is a problem document."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(parser=JsonParser(), **facts)
        self._schema: OpenAPISchema | None = None
        add_handlers(self)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = NOWHERE if pattern.name == "api-root" else with_problems(pattern.callback)
        return [*patterns, re_path("", NOWHERE)]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        first, *rest = operation.view_func.__name__.split("_")
        return first + "".join(word.capitalize() for word in rest)

    def get_openapi_schema(self, **facts: Any) -> OpenAPISchema:
        """Made once. Ninja knows one media type for all answers: give problems theirs."""
        if self._schema is None:
            self._schema = _with_problem_types(super().get_openapi_schema(**facts))
        return self._schema


def _with_problem_types(schema: OpenAPISchema) -> OpenAPISchema:
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= HTTPStatus.BAD_REQUEST:
                    answer["content"] = {PROBLEM: answer["content"][JSON]}
    return schema
