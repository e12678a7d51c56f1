"""The socket: one user's event stream, forwarded to one browser tab (interface §4)."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.db import Error as DatabaseError
from django.utils import timezone

from core import credentials
from core.credentials import Credential
from core.ids import uuid7
from realtime import bells
from realtime.arrivals import Arrival
from realtime.broadcasts import EVERYONE, greetings
from realtime.chat.typing import tell_typing
from realtime.events import encode
from realtime.replay import Batch, Start, events_after, start_at
from realtime.sockets import HEARTBEAT_SECONDS, SOCKETS
from realtime.threads import THREADS_OF_SOCKETS
from realtime.window import DEAF_AFTER_SECONDS, Window

logger = logging.getLogger(__name__)

INVALID_FRAME = 4400
SIGNED_OUT = 4401
DEAF = 4408
TOO_MANY_SOCKETS = 4409
FRAME_TOO_LARGE = 4413
TRY_AGAIN_LATER = 1013
"""The database is away, so nobody can be told who this is (RFC 6455's registry)."""
FRAME_BYTES = 65_536


class InvalidFrame(Exception):
    """The client sent something that is no frame of interface §4."""


class EventsConsumer(AsyncConsumer):
    """Forwards a user's events to a client: those that it missed, then live ones, once each and in order."""

    credential: Credential

    def __init__(self) -> None:
        self.id = uuid7()
        self.opened_at = timezone.now()
        self._window = Window()
        self._sending = asyncio.Lock()
        self._sent_seq = 0
        self._latest_seq = 0
        self._open = False
        self._deaf_check: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """However it ends: this socket is no longer among the open ones."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle one message, without Channels' hop to the database thread (design §5)."""
        try:
            await getattr(self, get_handler_name(message))(message)
        except DatabaseError:  # the next heartbeat makes up for what was missed
            logger.warning("could not handle %s", message["type"], exc_info=True)
            if message["type"] == "websocket.connect":
                await self.close(TRY_AGAIN_LATER)

    # --- the client's side

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        arrival = Arrival.of(self.scope)
        if not arrival.is_allowed:
            await self.send({"type": "websocket.close"})
            return
        await self.send({"type": "websocket.accept"})
        self._open = True
        credential = await THREADS_OF_SOCKETS.run(arrival.credential)
        if credential is None:
            await self.close(SIGNED_OUT)
            return
        self.credential = credential
        for group in self._groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self._greet(arrival)
        oldest = SOCKETS.add(self) if self._open else None
        if oldest:
            await oldest.stand_aside()

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if not self._open:
            return
        text = message.get("text")
        if text is not None and len(text.encode()) > FRAME_BYTES:
            await self.close(FRAME_TOO_LARGE)
            return
        try:
            await self._obey(_parse(text))
        except InvalidFrame:
            await self.close(INVALID_FRAME)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self._leave()
        raise StopConsumer

    async def _obey(self, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "ack", "frames": int(frames)} if frames >= 0 and not isinstance(frames, bool):
                self._window.acknowledge(frames)
                await self._catch_up()
            case {"type": "resume", "since": int(since)} if since >= 0 and not isinstance(since, bool):
                await self._begin_at(await THREADS_OF_SOCKETS.run(start_at, self.credential.user_id, since))
            case {"type": "active", "visible": bool(visible)}:
                SOCKETS.attendance.looked(self, visible=visible)
            case {"type": "typing", "room_id": str(room_id)}:
                await tell_typing(self.credential.user_id, room_id)
            case _:
                raise InvalidFrame

    # --- the stream's side

    async def stream_events(self, message: dict[str, Any]) -> None:
        """Durable events, live: pass on what comes next, leave the rest to the replay."""
        async with self._sending:
            for seq, frame in message["frames"]:
                if seq <= self._sent_seq:
                    continue
                self._latest_seq = max(self._latest_seq, seq)
                if seq == self._sent_seq + 1 and self._window.takes_replay:
                    await self._send_durable(seq, frame)
                else:
                    self._window.hold_back(len(frame.encode()))
        await self._catch_up()

    async def stream_whispers(self, message: dict[str, Any]) -> None:
        for frame in message["frames"]:
            await self._whisper(frame)

    async def stream_broadcast(self, message: dict[str, Any]) -> None:
        """An event without `seq` for everyone: this user's own version of it, where there is one."""
        await self._whisper(message["own"].get(self.credential.user_id.hex, message["frame"]))

    async def credentials_changed(self, message: dict[str, Any]) -> None:
        """Somebody signed out, changed a password or revoked a token: look whether it was this one."""
        valid = await THREADS_OF_SOCKETS.run(credentials.still_valid, [self.credential])
        if not valid:
            await self.sign_out()

    async def heartbeat(self, seq: int) -> None:
        """Tell where the stream is, and fetch what a lost bell kept from this socket."""
        self._latest_seq = max(self._latest_seq, seq)
        await self._send_text(encode({"type": "heartbeat", "seq": self._latest_seq}))
        await self._catch_up()

    async def catch_up(self, seq: int) -> None:
        """Fetch what is missing up to `seq`."""
        self._latest_seq = max(self._latest_seq, seq)
        await self._catch_up()

    async def sign_out(self) -> None:
        await self.close(SIGNED_OUT)

    async def stand_aside(self, message: dict[str, Any] | None = None) -> None:
        """The user has too many sockets, of which this is the oldest, or is among those that are named."""
        if message is None or self.id.hex in message["ids"]:
            await self.close(TOO_MANY_SOCKETS)

    async def close(self, code: int) -> None:
        if self._open:
            self._open = False
            await self.send({"type": "websocket.close", "code": code})
            await self._leave()

    async def _leave(self) -> None:
        self._open = False
        SOCKETS.discard(self)
        if self._deaf_check:
            self._deaf_check.cancel()
        if hasattr(self, "credential"):
            for group in self._groups:
                await self._leave_group(group)

    async def _leave_group(self, group: str) -> None:
        try:
            await self.channel_layer.group_discard(group, self.channel_name)
        except bells.LAYER_ERRORS:
            logger.warning("could not leave %s", group, exc_info=True)

    @property
    def _groups(self) -> tuple[str, str]:
        return bells.user_group(self.credential.user_id), EVERYONE

    async def _greet(self, arrival: Arrival) -> None:
        start, greetings = await THREADS_OF_SOCKETS.run(
            _beginning, self.credential.user_id, arrival.since, arrival.epoch
        )
        hello = {"type": "hello", "seq": start.latest, "epoch": start.epoch}
        await self._send_text(encode({**hello, "heartbeat_seconds": HEARTBEAT_SECONDS}))
        await self._begin_at(start)
        for frame in greetings:
            await self._whisper(frame)

    async def _begin_at(self, start: Start) -> None:
        async with self._sending:
            self._latest_seq = max(self._latest_seq, start.latest)
            self._sent_seq = start.since
            if start.reset:
                await self._send_text(encode({"type": "reset", "seq": start.latest, "epoch": start.epoch}))
            await self._send_batch(start.batch)
        await self._catch_up()

    async def _catch_up(self) -> None:
        """Send what the client lacks, as far as it acknowledges; its next `ack` comes back here."""
        async with self._sending:
            while self._open and self._sent_seq < self._latest_seq and self._window.takes_replay:
                batch = await THREADS_OF_SOCKETS.run(events_after, self.credential.user_id, self._sent_seq)
                if not batch:
                    break
                await self._send_batch(batch)
        if self._window.owes_too_much and self._deaf_check is None:
            self._deaf_check = asyncio.get_running_loop().call_later(DEAF_AFTER_SECONDS, self._check_hearing)

    async def _send_batch(self, batch: Batch) -> None:
        for seq, frame in batch:
            if not self._window.takes_replay:
                return
            await self._send_durable(seq, frame)

    def _check_hearing(self) -> None:
        """Close the socket of a client that still acknowledges nothing."""
        self._deaf_check = None
        if self._window.deaf:
            self._closing = asyncio.create_task(self.close(DEAF))
        elif self._window.owes_too_much:
            self._deaf_check = asyncio.get_running_loop().call_later(DEAF_AFTER_SECONDS, self._check_hearing)

    async def _send_durable(self, seq: int, frame: str) -> None:
        self._sent_seq = seq
        await self._send_text(frame)

    async def _whisper(self, frame: str) -> None:
        if self._open and self._window.takes_whispers:
            await self._send_text(frame)

    async def _send_text(self, text: str) -> None:
        if self._open:
            self._window.sent(len(text.encode()))
            await self.send({"type": "websocket.send", "text": text})


def _beginning(user_id: UUID, since: int | None, epoch: str | None) -> tuple[Start, list[str]]:
    """All that a new socket asks the database, in one hop to a thread."""
    return start_at(user_id, since, epoch), greetings(user_id)


def _parse(text: str | None) -> dict[str, Any]:
    try:
        frame = json.loads(text or "")
    except (ValueError, RecursionError):
        raise InvalidFrame from None
    if not isinstance(frame, dict):
        raise InvalidFrame
    return frame
