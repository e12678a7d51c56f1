"""The sockets that this process holds open, and their common heartbeat: a few queries for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import Error as DatabaseError

from core.credentials import Credential, still_valid
from realtime.attendance import Attendance
from realtime.broadcasts import said_at_beat
from realtime.layers import HEARD_AGAIN
from realtime.register import SOCKETS_PER_USER
from realtime.replay import heads_of
from realtime.threads import THREADS_OF_SOCKETS

if TYPE_CHECKING:
    from realtime.consumers import EventsConsumer

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15


class Sockets:
    """All open sockets of this process, oldest first."""

    def __init__(self) -> None:
        self._open: dict[UUID, EventsConsumer] = {}
        self._of_user: dict[UUID, dict[UUID, None]] = {}
        self._beating: asyncio.Task[None] | None = None
        self.attendance = Attendance(self._open.get, lambda task: self._rest())

    def add(self, socket: EventsConsumer) -> EventsConsumer | None:
        """Take `socket` in. Return the user's oldest one when that makes too many."""
        self._open[socket.id] = socket
        mine = self._of_user.setdefault(socket.credential.user_id, {})
        mine[socket.id] = None
        self.attendance.opened(socket)
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat_for_ever())
        return self._open[next(iter(mine))] if len(mine) > SOCKETS_PER_USER else None

    def discard(self, socket: EventsConsumer) -> None:
        if self._open.pop(socket.id, None):
            mine = self._of_user[socket.credential.user_id]
            del mine[socket.id]
            if not mine:
                del self._of_user[socket.credential.user_id]
            self.attendance.closed(socket, last=not mine)
        if not self._open and self._beating:
            self._beating.cancel()
            self._beating = None
        self._rest()

    async def leave(self) -> None:
        """The process ends in order."""
        await self.attendance.leave()

    async def catch_up(self) -> None:
        """Bells may have been lost: send every socket what its stream has for it."""
        if self._open:
            seqs = await THREADS_OF_SOCKETS.run(heads_of, set(self._of_user))
            await self._each(lambda socket: socket.catch_up(seqs.get(socket.credential.user_id, 0)))

    def _rest(self) -> None:
        """Nobody needs the threads while no socket is open."""
        if not self._open and self.attendance.idle:
            THREADS_OF_SOCKETS.close()

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._beat()
            except DatabaseError:  # it may be away: the next beat finds out
                logger.warning("heartbeat failed", exc_info=True)

    async def _beat(self) -> None:
        credentials = {socket.credential for socket in self._open.values()}
        valid, seqs = await THREADS_OF_SOCKETS.run(read_beat, credentials)

        async def beat(socket: EventsConsumer) -> None:
            if socket.credential in valid:
                await socket.heartbeat(seqs.get(socket.credential.user_id, 0))
            elif socket.credential in credentials:  # it was not opened since
                await socket.sign_out()

        await self._each(beat)
        await self.attendance.beat(list(self._open.values()))
        for message in await THREADS_OF_SOCKETS.run(said_at_beat):
            for socket in list(self._open.values()):
                await socket.stream_broadcast(message)

    async def _each(self, act: Callable[[EventsConsumer], Awaitable[None]]) -> None:
        for socket in list(self._open.values()):
            try:
                await act(socket)
            except DatabaseError:  # this one's replay waits for the next beat, the others don't wait for it
                logger.warning("one socket could not be told what it missed", exc_info=True)


def read_beat(credentials: set[Credential]) -> tuple[set[Credential], dict[UUID, int]]:
    """Which of `credentials` are still good, and the latest `seq` of each of their users."""
    return still_valid(credentials), heads_of(credential.user_id for credential in credentials)


SOCKETS = Sockets()
HEARD_AGAIN.append(SOCKETS.catch_up)
