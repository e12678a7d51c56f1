"""Lists by keyset cursors: the last page is as fast as the first, nothing shows twice (interface §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from core.validation import InvalidInput

Row = TypeVar("Row", bound=Model)

DEFAULT_LIMIT = 25
LIMIT = 100
COUNTED = 10_000
"""Beyond this `total` is null: an exact number would cost more than anybody gains by it."""


class PageQuery(BaseModel):
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=LIMIT, description="How many entries a page has.")] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(description="`next` of the page before; empty for the first page.")] = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: str | None
    total: int | None

    def listing(self, payload: Callable[[Row], Any], **beside: Any) -> dict[str, Any]:
        """`{items, next, total}` with what stands beside them."""
        return {
            "items": [payload(row) for row in self.rows],
            "next": self.next,
            "total": self.total,
            **beside,
        }


def page_of(
    rows: QuerySet[Row] | Sequence[QuerySet[Row]],
    keys: Sequence[str],
    query: PageQuery,
    total: int | None = None,
) -> Page[Row]:
    """A page of `rows` in the order of `keys` (`-` for descending), whose last key is unique.

    `total` saves the counting where it is known already. Of several `rows`, which have nothing in common,
    each is read in the order of its own index: one list with an OR would be sorted as a whole.
    """
    parts = [rows] if isinstance(rows, QuerySet) else rows
    found = _first(parts, keys, query)
    more = len(found) > query.limit
    found = found[: query.limit]
    counted = total if total is not None else sum(part.order_by()[: COUNTED + 1].count() for part in parts)
    following = _cursor(found[-1], parts[0], keys) if more else None
    return Page(found, following, counted if counted <= COUNTED else None)


def _first(parts: Sequence[QuerySet[Row]], keys: Sequence[str], query: PageQuery) -> list[Row]:
    """The rows that a page needs, one more than it shows."""
    wanted = [part.order_by(*keys) for part in parts]
    if query.cursor:
        after = _after(keys, _read(query.cursor, parts[0], keys))
        wanted = [part.filter(after) for part in wanted]
    lists = [found for part in wanted if (found := list(part[: query.limit + 1]))]
    if len(lists) < 2:
        return lists[0] if lists else []
    rows = {row.pk: row for found in lists for row in found}
    among = parts[0].model._default_manager.filter(pk__in=rows).order_by(*keys)
    return [rows[pk] for pk in among.values_list("pk", flat=True)[: query.limit + 1]]


def _after(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows behind `values`; the bound on the first key alone lets its index do the work."""
    (key, value), rest = (keys[0], values[0]), (keys[1:], values[1:])
    name, beyond = key.removeprefix("-"), "lt" if key.startswith("-") else "gt"
    if not rest[0]:
        return Q(**{f"{name}__{beyond}": value})
    return Q(**{f"{name}__{beyond}e": value}) & (Q(**{f"{name}__{beyond}": value}) | _after(*rest))


def _cursor(row: Row, rows: QuerySet[Row], keys: Sequence[str]) -> str:
    values = [_plain(getattr(row, key.removeprefix("-"))) for key in keys]
    return signing.dumps([list(keys), values], salt=_salt(rows), compress=True)


def _salt(rows: QuerySet[Row]) -> str:
    """A cursor is good for the list that it came with."""
    return f"cursor of {rows.model._meta.label_lower}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(cursor: str, rows: QuerySet[Row], keys: Sequence[str]) -> list[Any]:
    try:
        made_for, values = signing.loads(cursor, salt=_salt(rows))
    except signing.BadSignature:
        made_for, values = None, []
    if made_for != list(keys):
        raise InvalidInput({"cursor": _("Use the `next` of the page before, with the same order.")})
    return list(values)
