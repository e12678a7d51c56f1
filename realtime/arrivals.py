"""Who opens a socket, and where in the stream they want to begin (interface §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from core import credentials
from core.credentials import Credential
from core.origins import is_own_origin
from realtime.replay import NOWHERE


@dataclass(frozen=True, slots=True)
class Arrival:
    """The request that opens a socket."""

    headers: dict[str, str]
    cookies: dict[str, str]
    asked: dict[str, str]

    @classmethod
    def of(cls, scope: Any) -> Arrival:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return cls(headers, scope["cookies"], {key: values[-1] for key, values in query.items()})

    @property
    def is_allowed(self) -> bool:
        """A browser's page must be ours; a cookie without an Origin is nobody's page."""
        origin = self.headers.get("origin")
        if origin is None:
            return "sessionid" not in self.cookies or self._bearer is not None
        return is_own_origin(origin, self.headers.get("host", ""))

    @property
    def since(self) -> int | None:
        """The number in `?since=`, `NOWHERE` when it is none that a stream can have."""
        since = self.asked.get("since")
        if since is None:
            return None
        return int(since) if re.fullmatch(r"[0-9]{1,18}", since) else NOWHERE

    @property
    def epoch(self) -> str | None:
        return self.asked.get("epoch")

    def credential(self) -> Credential | None:
        if self._bearer is not None:
            return credentials.of_token(self._bearer)
        return credentials.of_session(self.cookies.get("sessionid", ""))

    @property
    def _bearer(self) -> str | None:
        return credentials.bearer_of(self.headers.get("authorization", ""))
