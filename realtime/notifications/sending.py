"""What staff tell people: `system` notifications, to some or to everyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.models import User
from core.text import UNFIT
from core.validation import Input, InvalidInput, Line, Text
from realtime.events import publishing
from realtime.models import Notification
from realtime.notifications.many import notify_each

USERS_A_TRANSACTION = 200
NAMES_SHOWN = 10
"""Unknown names that a refusal names."""


def _all_or_names(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("list_type", "neither names nor all")
    return None if value == "all" else value


class Announcement(Input):
    """`users`: names, or `"all"`, which stands here as None."""

    users: Annotated[
        Annotated[list[Line], Field(max_length=1_000)] | None,
        BeforeValidator(_all_or_names),
        WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"const": "all"}]}),
    ]
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    body: Annotated[Text, Field(max_length=2_000)] = ""
    url: Annotated[
        str, Field(max_length=500, description="A path on this site or an http(s) address; empty for none.")
    ] = ""


def send(announcement: Announcement) -> int:
    """Tell everyone who is named, a batch of users a transaction. Returns how many they are."""
    if not _leads_somewhere(announcement.url):
        raise InvalidInput({"url": _("Give a path on this site, like /tasks/, or an http(s) address.")})
    user_ids = _everyone() if announcement.users is None else _named(announcement.users)
    told = announcement.model_dump(exclude={"users"})
    for first in range(0, len(user_ids), USERS_A_TRANSACTION):
        with publishing() as publisher:
            batch = user_ids[first : first + USERS_A_TRANSACTION]
            notify_each(publisher, batch, Notification.Kind.SYSTEM, subject="", **told)
    return len(user_ids)


def _everyone() -> list[UUID]:
    return list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


def _named(names: Sequence[str]) -> list[UUID]:
    if not names:
        raise InvalidInput({"users": _("Name somebody, or choose everyone.")})
    found = dict(User.objects.filter(is_active=True, username__in=names).values_list("username", "pk"))
    unknown = sorted(set(names) - found.keys())
    if unknown:
        shown = ", ".join(unknown[:NAMES_SHOWN]) + (" …" if len(unknown) > NAMES_SHOWN else "")
        raise InvalidInput({"users": _("Nobody here is called: %(names)s.") % {"names": shown}})
    return sorted(found.values())


def _leads_somewhere(url: str) -> bool:
    """Nothing, a path of this site, or an address on the web: never a script, never a host in disguise."""
    if not url or UNFIT.search(url) or "\\" in url or url.split() != [url]:
        return not url
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)
