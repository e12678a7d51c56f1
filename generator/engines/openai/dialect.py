"""What an endpoint lets a request say, learned from its refusals and remembered for this process."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from generator.engines.openai.endpoint import Endpoint
from generator.engines.openai.schema import without_bounds

ResponseFormat = Literal["json_schema", "json_object", "text"]

TEMPERATURE = 0.2

_NEXT_FORMAT: dict[ResponseFormat, ResponseFormat] = {"json_schema": "json_object", "json_object": "text"}
_FORMATS: tuple[ResponseFormat, ...] = ("json_schema", "json_object", "text")

_ABOUT_BOUNDS = re.compile(r"max_?(?:length|items)", re.I)
_ABOUT_USAGE = re.compile(r"stream_options|include_usage", re.I)
_ABOUT_TEMPERATURE = re.compile(r"temperature", re.I)
_ABOUT_FORMAT = re.compile(
    r"response.?format|json.?schema|json.?object|json.?mode|schema|structured.?output|grammar", re.I
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Starts with all that we would like to say; each refusal takes one thing away, for good."""

    response_format: ResponseFormat = "json_schema"
    takes_bounds: bool = True
    counts_usage: bool = True
    takes_temperature: bool = True

    def fields(self, schema_name: str, schema: dict[str, object]) -> dict[str, object]:
        """The optional fields of a request."""
        fields: dict[str, object] = {}
        if self.response_format == "json_schema":
            said = schema if self.takes_bounds else without_bounds(schema)
            named = {"name": schema_name, "strict": True, "schema": said}
            fields["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.response_format == "json_object":
            fields["response_format"] = {"type": "json_object"}
        if self.counts_usage:
            fields["stream_options"] = {"include_usage": True}
        if self.takes_temperature:
            fields["temperature"] = TEMPERATURE
        return fields

    def without(self, complaint: str) -> Dialect | None:
        """What to try after a 400 or 422 with this complaint; None when it is about something else."""
        if self.counts_usage and _ABOUT_USAGE.search(complaint):
            return replace(self, counts_usage=False)
        if self.takes_temperature and _ABOUT_TEMPERATURE.search(complaint):
            return replace(self, takes_temperature=False)
        if self.takes_bounds and _ABOUT_BOUNDS.search(complaint):
            return replace(self, takes_bounds=False)
        if self.response_format != "text" and _ABOUT_FORMAT.search(complaint):
            return replace(self, response_format=_NEXT_FORMAT[self.response_format])
        return None

    def narrowed(self, other: Dialect) -> Dialect:
        """What both allow: sections that run at once learn different things."""
        return Dialect(
            max(self.response_format, other.response_format, key=_FORMATS.index),
            self.takes_bounds and other.takes_bounds,
            self.counts_usage and other.counts_usage,
            self.takes_temperature and other.takes_temperature,
        )


_learned: dict[tuple[str, str], Dialect] = {}


def dialect_of(endpoint: Endpoint) -> Dialect:
    return _learned.get((endpoint.base_url, endpoint.model), Dialect())


def learn(endpoint: Endpoint, dialect: Dialect) -> None:
    _learned[endpoint.base_url, endpoint.model] = dialect_of(endpoint).narrowed(dialect)


def forget_dialects() -> None:
    """For tests, whose endpoints may get the port of an earlier one."""
    _learned.clear()
