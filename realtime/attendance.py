"""What this process writes of its sockets, a few times a second at most, and tells of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import Error as DatabaseError

from core.ids import uuid7
from realtime import bells, register
from realtime.models import OpenSocket
from realtime.register import Changes, News
from realtime.threads import THREADS_OF_SOCKETS

if TYPE_CHECKING:
    from realtime.consumers import EventsConsumer

logger = logging.getLogger(__name__)

WRITE_SECONDS = 0.25
RETRY_SECONDS = 2.0
GONE_AFTER_SECONDS = 3.0
"""Changing the page closes a socket and opens another: for so long nobody is told that its user left."""
LEAVE_SECONDS = 2.0


class Attendance:
    """Gathers what happens to sockets and writes it in batches; no socket ends because that fails."""

    def __init__(
        self, find: Callable[[UUID], EventsConsumer | None], rest: Callable[[asyncio.Task[None]], None]
    ) -> None:
        """`find` gives an open socket; `rest` is called whenever there is nothing to write any more."""
        self.process = uuid7()
        self._find, self._rest = find, rest
        self._changes = Changes()
        self._departing: dict[UUID, float] = {}
        """By user: when their last socket here will have been gone for long enough."""
        self._writing: asyncio.Task[None] | None = None
        self._left = False

    @property
    def idle(self) -> bool:
        return self._writing is None or self._writing.done()

    def opened(self, socket: EventsConsumer) -> None:
        user_id = socket.credential.user_id
        if self._departing.pop(user_id, None) is not None:
            self._changes.returned.add(user_id)
        self._changes.opened[socket.id] = OpenSocket(
            pk=socket.id, user_id=user_id, process=self.process, opened_at=socket.opened_at
        )
        self._stir()

    def closed(self, socket: EventsConsumer, *, last: bool) -> None:
        """`last`: its user has no other socket here."""
        self._changes.close(socket.id)
        if last:
            self._depart({socket.credential.user_id}, GONE_AFTER_SECONDS)
        self._stir()

    def looked(self, socket: EventsConsumer, *, visible: bool) -> None:
        """The page of `socket` is looked at, or not any longer."""
        self._changes.looks[socket.id] = visible
        self._stir()

    async def beat(self, sockets: Iterable[EventsConsumer]) -> None:
        """Keep the rows alive, make those again that others took for dead, tell who died."""
        known = {socket.id: socket for socket in sockets if socket.id not in self._changes.opened}
        users = {socket.credential.user_id for socket in known.values()}
        beat = await THREADS_OF_SOCKETS.run(register.beat, self.process, users)
        if beat.seen < len(known):
            for socket in known.values():
                self.opened(socket)
        self._depart(beat.departed, 0)
        await self._close(beat.too_many)
        if self._departing:
            self._stir()

    async def leave(self) -> None:
        """This process ends in order: its rows need not be waited for."""
        self._left = True
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await THREADS_OF_SOCKETS.run(register.leave, self.process)
        except (DatabaseError, TimeoutError):
            logger.warning("could not take this process's sockets out", exc_info=True)

    def _depart(self, user_ids: Iterable[UUID], seconds: float) -> None:
        due = asyncio.get_running_loop().time() + seconds
        self._departing |= dict.fromkeys(user_ids, due)

    def _stir(self) -> None:
        if self.idle and not self._left:
            self._writing = asyncio.create_task(self._write_for_a_while())
            self._writing.add_done_callback(self._rest)

    async def _write_for_a_while(self) -> None:
        """Until there is nothing to write any more."""
        pause = WRITE_SECONDS
        while (self._changes or self._departing) and not self._left:
            await asyncio.sleep(pause)
            pause = WRITE_SECONDS if await self._write() else RETRY_SECONDS

    async def _write(self) -> bool:
        """Whether what was to be written could be."""
        gone = self._gone()
        if not self._changes and not gone:
            return True
        changes, self._changes = self._changes, Changes()
        try:
            news = await THREADS_OF_SOCKETS.run(register.record, changes, gone)
        except DatabaseError:
            logger.warning("could not write which sockets are open", exc_info=True)
            self._changes = changes.followed_by(self._changes)
            self._depart(gone - {row.user_id for row in self._changes.opened.values()}, 0)
            return False
        await self._tell(news, changes)
        return True

    def _gone(self) -> set[UUID]:
        now = asyncio.get_running_loop().time()
        gone = {user_id for user_id, due in self._departing.items() if due <= now}
        for user_id in gone:
            del self._departing[user_id]
        return gone

    async def _tell(self, news: News, changes: Changes) -> None:
        await self._close(news.too_many)
        for socket_id, row in changes.opened.items():
            socket = self._find(socket_id)
            if socket:
                await socket.stream_whispers({"frames": news.greetings.get(row.user_id, [])})
        await bells.send(news.bells)

    async def _close(self, too_many: dict[UUID, list[UUID]]) -> None:
        """Close those that are open here; whoever holds the others is rung."""
        for user_id, socket_ids in too_many.items():
            here = [socket for socket_id in socket_ids if (socket := self._find(socket_id))]
            for socket in here:
                await socket.stand_aside()
            if len(here) < len(socket_ids):
                ids = [socket_id.hex for socket_id in socket_ids]
                await bells.send([(bells.user_group(user_id), {"type": "stand.aside", "ids": ids})])
