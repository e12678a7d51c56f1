"""Shapes that all of the API shares, and the errors that its operations document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457), sent as `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class Listing(BaseModel):
    """A page of a list; `total` is null past 10,000."""

    next: str | None
    total: int | None


def reads(schema: Any, *errors: int) -> dict[int, Any]:
    """The answers of an operation that only reads."""
    return {200: schema, **dict.fromkeys([401, *errors, 429, 503], Problem)}


def writes(status: int, schema: Any, *errors: int) -> dict[int, Any]:
    """The answers of an operation that changes something: 403 is a missing CSRF token or a read-only one."""
    return {status: schema, **dict.fromkeys(sorted({401, 403, 429, 503, *errors}), Problem)}
