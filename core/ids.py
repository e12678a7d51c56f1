"""Identifiers: UUIDv7, so that primary keys sort by the time they were made (RFC 9562 §5.7)."""

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new UUIDv7. Python brings its own only from 3.14 on."""
    return uuid_utils.compat.uuid7()
