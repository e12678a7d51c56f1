"""What can go wrong with an engine, one exception for each thing that the pipeline does differently."""

from __future__ import annotations

from typing import Literal

ErrorCode = Literal[
    "endpoint_unreachable",
    "authentication",
    "model_not_found",
    "insufficient_quota",
    "rate_limited",
    "provider_error",
    "invalid_output",
    "stalled",
    "deadline",
    "document_unreadable",
    "worker_lost",
]


class EngineError(Exception):
    """A call failed: `code` is interface §3's `error.code`, `reason` the provider's words without secrets."""

    def __init__(self, code: ErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class EngineRefused(EngineError):
    """Asking again would change nothing (400, 401, 403, 404, spent quota): the task fails at once."""


class EngineInterrupted(EngineError):
    """Asking again may help (unreachable, 5xx, a cut, stalled or truncated stream, unreadable output).

    Cases that were yielded before stay valid; the caller asks only for the rest.
    """


class EnginePaused(EngineInterrupted):
    """The provider asks to wait (429, 503 with `Retry-After`): nobody calls it for `retry_after` seconds."""

    def __init__(self, code: ErrorCode, reason: str, retry_after: float) -> None:
        super().__init__(code, reason)
        self.retry_after = retry_after
