"""The HTTP API, put together (like `core.urls`, it may know every app)."""

from core.api.auth import Bearer, PerUser, Session
from core.api.people import router as people
from core.api.site import SiteAPI
from generator.api import router as generator
from realtime.chat.api import router as chat
from realtime.notifications.api import router as notifications
from realtime.push.api import router as push

DESCRIPTION = """
Sign in with `Authorization: Bearer <token>` (made on the account page or at `/me/tokens`), or with the
session cookie and `X-CSRFToken`. Errors are `application/problem+json`. Times are RFC 3339 in UTC, ids
are UUIDv7. What the event stream tells is described in [asyncapi.yaml](asyncapi.yaml). Lists take
`limit` and `cursor`, the `next` of the page before. HEAD works wherever GET does.

Limits: `POST /tasks` 60 calls a minute, `POST /estimate` 120, all others together 600; beyond them 429 with
`Retry-After`. While the database is away, full or busy: 503 with `Retry-After`.
"""

api = SiteAPI(
    title="Caseloom",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=[Bearer(), Session()],
    throttle=[PerUser("api")],
)
api.add_router("", people)
api.add_router("", generator)
api.add_router("", notifications)
api.add_router("", push)
api.add_router("", chat)
