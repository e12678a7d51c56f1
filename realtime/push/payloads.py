"""What a browser is pushed: the declarative shape, which its service worker reads too."""

from __future__ import annotations

import json
from typing import Any

from realtime.events import encode
from realtime.notifications.links import link_of
from realtime.notifications.models import Notification

DECLARATIVE = 8030
"""The magic number of a declarative push message (W3C Push API): browsers that know it need no script."""
PAYLOAD_BYTES = 3_000
"""Push services take 4,096 with what encryption adds (RFC 8030 §7.2)."""


def push_payload(notification: Notification) -> dict[str, Any]:
    """Title and body are cut by code points where the whole would be too long."""
    told = {
        "title": notification.title,
        "body": notification.body,
        "navigate": link_of(notification),
        "tag": str(notification.pk),
    }
    payload = {"web_push": DECLARATIVE, "notification": told}
    for part in ("body", "title"):
        excess = len(encode(payload).encode()) - PAYLOAD_BYTES
        if excess > 0:
            told[part] = _shorter(told[part], excess)
    return payload


def _shorter(text: str, excess: int) -> str:
    """`text` without so much of its end that it takes `excess` bytes less as JSON, an ellipsis included."""
    kept = len(text)
    excess += len("…".encode())
    while kept and excess > 0:
        kept -= 1
        excess -= len(json.dumps(text[kept], ensure_ascii=False).encode()) - len('""')
    return f"{text[:kept].rstrip()}…" if kept else ""
