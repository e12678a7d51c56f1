"""`POST /estimate`: what a task would come to."""

from __future__ import annotations

from typing import Any

from ninja import Router

from core.api.auth import PerUser, SignedInRequest
from core.api.schemas import writes
from generator.api.bodies import OPENAPI, request_of
from generator.api.schemas import Estimate
from generator.estimate import estimate

router = Router(tags=["tasks"])


@router.post(
    "/estimate",
    response=writes(200, Estimate, 400, 413, 415, 422),
    summary="Estimate a task",
    throttle=[PerUser("estimate")],
    openapi_extra=OPENAPI,
)
def estimate_task(request: SignedInRequest) -> dict[str, Any]:
    """Same body as `POST /tasks`; asks no model and stores nothing."""
    return estimate(request_of(request))
