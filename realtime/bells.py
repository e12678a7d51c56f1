"""Ringing after a commit: telling other processes and sockets that there is something to read.

A bell may be lost or doubled; nothing depends on one. So its errors are logged and swallowed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

LAYER_ERRORS = (OSError, RedisError, ChannelFull)
"""What a channel layer that is away or full raises."""

logger = logging.getLogger(__name__)

Bell = tuple[str, dict[str, Any]]
"""A group's name and the message for it."""

_home: asyncio.AbstractEventLoop | None = None


def live_in(loop: asyncio.AbstractEventLoop | None) -> None:
    """Send bells on `loop` from now on: the one that this process's sockets and listeners live in."""
    global _home
    _home = loop


def channel_layer() -> BaseChannelLayer:
    """The layer of this process; the settings always name one."""
    layer = get_channel_layer()
    assert layer is not None
    return layer


def user_group(user_id: UUID) -> str:
    """The group of all open sockets of a user."""
    return f"user.{user_id.hex}"


def ring_after_commit(bells: Sequence[Bell]) -> None:
    transaction.on_commit(lambda: ring(bells), robust=True)


def ring(bells: Iterable[Bell]) -> None:
    """Send each message to its group, in order, without waiting where the process has a loop of its own."""
    if _home is not None and _home.is_running():
        asyncio.run_coroutine_threadsafe(send(list(bells)), _home)
    else:
        async_to_sync(send)(list(bells))


def ring_channel(channel: str, message: dict[str, Any]) -> None:
    """Send `message` to a named channel, which every process that listens to it hears."""
    if _home is not None and _home.is_running():
        asyncio.run_coroutine_threadsafe(send_to_channel(channel, message), _home)
    else:
        async_to_sync(send_to_channel)(channel, message)


async def send_to_channel(channel: str, message: dict[str, Any]) -> None:
    """The same as `ring_channel`, for code that runs on the loop."""
    try:
        await channel_layer().send(channel, message)
    except LAYER_ERRORS as error:
        logger.warning("could not ring %s: %s", channel, error)


async def send(bells: Iterable[Bell]) -> None:
    """The same as `ring`, for code that runs on the loop."""
    layer = channel_layer()
    for group, message in bells:
        try:
            await layer.group_send(group, message)
        except LAYER_ERRORS as error:
            logger.warning("could not ring %s: %s", group, error)
            return
