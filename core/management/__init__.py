"""What the commands have in common."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


def require_migrated() -> None:
    """Raise `CommandError` for a database that does not answer or lacks tables."""
    try:
        executor = MigrationExecutor(connection)
    except Error as error:
        raise CommandError(f"The database does not answer: {error}") from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database lacks tables: run `python manage.py migrate` first.")
