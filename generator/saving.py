"""Saving many changed rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def save_all(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Save these fields of rows that exist, under their task's lock. A field named twice is saved once.

    `bulk_update` writes a CASE with a branch for each row and field: seconds for thousands of rows.
    """
    if not rows:
        return
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    columns: list[Any] = [meta.get_field(name) for name in dict.fromkeys(fields)]
    columns.append(meta.pk)
    *names, key = (quoted(column.column) for column in columns)
    sets = ", ".join(f"{name} = %s" for name in names)
    sql = f"UPDATE {quoted(meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608  # names of our own
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
