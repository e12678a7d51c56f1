"""The sockets that this process holds open, and their common heartbeat: a few queries for all of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from core.credentials import Credential, still_valid
from realtime.broadcasts import said_at_beat
from realtime.models import Stream

if TYPE_CHECKING:
    from realtime.consumers import EventsConsumer

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
SOCKETS_PER_USER = 20


class Sockets:
    """All open sockets of this process, oldest first."""

    def __init__(self) -> None:
        self._open: dict[EventsConsumer, None] = {}
        self._beating: asyncio.Task[None] | None = None

    def add(self, socket: EventsConsumer) -> EventsConsumer | None:
        """Take `socket` in. Return the user's oldest one when that makes too many."""
        self._open[socket] = None
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat_for_ever())
        mine = [other for other in self._open if other.credential.user_id == socket.credential.user_id]
        return mine[0] if len(mine) > SOCKETS_PER_USER else None

    def discard(self, socket: EventsConsumer) -> None:
        self._open.pop(socket, None)
        if not self._open and self._beating:
            self._beating.cancel()
            self._beating = None

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._beat()
            except DatabaseError:  # it may be away: the next beat finds out
                logger.warning("heartbeat failed", exc_info=True)

    async def _beat(self) -> None:
        sockets = list(self._open)
        valid, seqs = await database_sync_to_async(read_beat)({socket.credential for socket in sockets})
        for socket in sockets:
            try:
                if socket.credential in valid:
                    await socket.heartbeat(seqs.get(socket.credential.user_id, 0))
                else:
                    await socket.sign_out()
            except (
                DatabaseError
            ):  # this socket's replay waits for the next beat, the others don't wait for it
                logger.warning("heartbeat of one socket failed", exc_info=True)
        for message in await database_sync_to_async(said_at_beat)():
            for socket in list(self._open):
                await socket.stream_broadcast(message)


def read_beat(credentials: set[Credential]) -> tuple[set[Credential], dict[UUID, int]]:
    """Which of `credentials` are still good, and the latest `seq` of each of their users."""
    seqs = Stream.objects.filter(user__in={c.user_id for c in credentials}).values_list("user_id", "seq")
    return still_valid(credentials), dict(seqs)


SOCKETS = Sockets()
