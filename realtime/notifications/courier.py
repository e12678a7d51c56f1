"""Who carries deliveries out of the house: several at once, each within a time limit."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import Error as DatabaseError

from core.outages import is_outage
from realtime import bells
from realtime.events import encode, whispers
from realtime.models import Delivery, Notification, Subscription, Target
from realtime.notifications import elsewhere, outbox
from realtime.notifications.delivering import COURIERS
from realtime.notifications.outcomes import BrowserGone, Postponed, Refused
from realtime.notifications.services import notification_payload
from realtime.push import keys
from realtime.push.sending import Sender
from realtime.threads import Lane

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

LOOK_SECONDS = 2.0
AT_ONCE = 32
THREADS = 8
"""For targets, whose libraries block; browsers need none."""
SEND_SECONDS = 10
AWAY_SECONDS = (0.5, 4.0)
"""Between two questions while the database is away: the first, the longest pause."""


class Courier:
    """Takes what is due and sends it. Lives in the event loop that called `run`."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._lane = Lane()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="elsewhere")
        self._free_threads = asyncio.Semaphore(THREADS)
        self._sender: Sender | None = None
        self._opening = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled; what is under way then is sent again by the next one."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear())
                group.create_task(self._look_for_ever())
        finally:
            await self._close()

    async def _close(self) -> None:
        for sending in self._under_way:
            sending.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._lane.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._sender:
            await self._sender.close()

    async def _hear(self) -> None:
        layer = bells.channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(COURIERS, channel)
        try:
            while True:
                await layer.receive(channel)
                self._bell.set()
        finally:
            await layer.group_discard(COURIERS, channel)

    async def _look_for_ever(self) -> None:
        while True:
            self._bell.clear()
            await self._look()
            try:  # not `wait_for`, which on Python 3.11 may swallow its own cancelling
                async with asyncio.timeout(LOOK_SECONDS * random.uniform(0.8, 1.2)):  # noqa: S311
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        free = AT_ONCE - len(self._under_way)
        if free == 0:
            return
        for delivery in await self._ask(outbox.claim, free):
            sending = asyncio.create_task(self._deliver(delivery))
            self._under_way.add(sending)
            sending.add_done_callback(partial(self._delivered, delivery))

    def _delivered(self, delivery: Delivery, sending: asyncio.Task[None]) -> None:
        """There is room for another. What failed by a bug is due again once its hold ends."""
        self._under_way.discard(sending)
        self._bell.set()
        error = None if sending.cancelled() else sending.exception()
        if error:  # its message may hold an address, which is a secret
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("delivery %s: %s\n%s", delivery.pk, type(error).__name__, frames)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Refused as refusal:
            logger.warning("delivery %s is given up: %s", delivery.pk, refusal)
            await self._ask(outbox.end, delivery)
        except Postponed as failure:
            logger.info("delivery %s is tried again: %s", delivery.pk, failure)
            if not await self._ask(outbox.postpone, delivery, failure.seconds):
                logger.warning("delivery %s is given up after %s tries", delivery.pk, delivery.attempts)
        else:
            await self._ask(outbox.sent, delivery)

    async def _send(self, delivery: Delivery) -> None:
        if delivery.subscription:
            await self._push(delivery.subscription, delivery.notification)
        elif delivery.target:
            await self._tell_elsewhere(delivery.target, delivery.notification)
        else:
            await _tell_tabs(delivery.notification)

    async def _push(self, subscription: Subscription, notification: Notification) -> None:
        async with self._opening:
            if self._sender is None:
                self._sender = Sender(await self._ask(keys.site_keys), SEND_SECONDS)
        try:
            await self._sender.push(subscription, notification)
        except BrowserGone as gone:
            logger.info("a browser is forgotten: %s", gone)
            await self._ask(outbox.forget_browser, subscription)

    async def _tell_elsewhere(self, target: Target, notification: Notification) -> None:
        async with self._free_threads:
            telling = asyncio.get_running_loop().run_in_executor(
                self._threads, elsewhere.tell, target.url, notification
            )
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await telling
            except TimeoutError as error:
                raise Postponed(f"{elsewhere.masked(target.url)} takes too long") from error

    async def _ask(self, question: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Ask the database, again for as long as it is away."""
        pause, longest = AWAY_SECONDS
        while True:
            try:
                return await self._lane.run(question, *args, **named)
            except DatabaseError as error:
                if not is_outage(error):
                    raise
                logger.warning("deliveries wait for the database: %s", error)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
            pause = min(longest, 2 * pause)


async def _tell_tabs(notification: Notification) -> None:
    frame = {"type": "notification.due", "notification": notification_payload(notification)}
    await bells.send([whispers(notification.user_id, [encode(frame)])])
