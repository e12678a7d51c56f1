"""The whole product in one process: Daphne and the worker in one event loop (design §5)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import Any, cast

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server as Daphne
from django.conf import settings
from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import maybeDeferred

from core import drain, watchdog
from generator import supervisor
from generator.services import GENERATION_CHANNEL
from generator.worker import GenerationConsumer
from realtime import bells
from realtime.sockets import SOCKETS

logger = logging.getLogger(__name__)
reactor = cast(Any, twisted_reactor)
"""Its zope interfaces declare methods without `self`, which no type checker understands."""

GOODBYE_SECONDS = 0.5
"""Between the last event and the end, so that it still reaches the sockets."""


class Server(Daphne):  # type: ignore[misc]  # Daphne ships no types
    """Daphne with a worker beside it. SIGTERM or Ctrl-C drains both; a second one stops at once."""

    def __init__(self, application: Any, host: str, port: int) -> None:
        super().__init__(
            application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            signal_handlers=False,
            ping_interval=20,
            ping_timeout=15,
            websocket_timeout=43_200,
            websocket_max_message_size=131_072,
            websocket_max_frame_size=131_072,
            server_name="caseloom",
        )
        self.exit_code = 0
        self._ports: list[Any] = []

    def serve(self) -> int:
        """Serve until a signal; the process's exit code."""
        reactor.callWhenRunning(self._start)
        self.run()
        return self.exit_code

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)
        address = port.getHost()
        print(f"Caseloom serves on http://{address.host}:{address.port}", flush=True)  # noqa: T201

    def listen_error(self, failure: Any) -> None:
        print(f"Cannot listen: {failure.getErrorMessage()} Choose another PORT.", flush=True)  # noqa: T201
        self.exit_code = 1
        reactor.callWhenRunning(reactor.stop)

    def _start(self) -> None:
        loop = asyncio.get_event_loop()
        bells.live_in(loop)
        watchdog.guard(loop)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, self._on_signal)
        self._supervisor = supervisor.start()
        self._work = loop.create_task(self._supervisor.run())
        self._work.add_done_callback(self._worker_ended)
        self._bells = loop.create_task(supervisor.listen(GENERATION_CHANNEL, GenerationConsumer().dispatch))
        self._bells.add_done_callback(self._worker_ended)

    def _on_signal(self) -> None:
        if drain.is_draining():
            if drain.seconds() > drain.ECHO_SECONDS:
                os._exit(1)
            return
        drain.begin()
        self._goodbye = asyncio.ensure_future(self._shut_down())

    async def _shut_down(self) -> None:
        logger.info("draining: %s seconds at most", settings.DRAIN_SECONDS)
        draining = asyncio.create_task(self._supervisor.drain(settings.DRAIN_SECONDS))
        await asyncio.wait([draining])
        if error := draining.exception():  # what was not given back is rescued when its lease ends
            logger.critical("could not drain", exc_info=error)
            self.exit_code = 1
        await self._leave()

    async def _leave(self) -> None:
        for port in self._ports:
            await maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
        await asyncio.sleep(GOODBYE_SECONDS)
        await SOCKETS.leave()
        self._bells.cancel()
        self._work.cancel()
        reactor.stop()

    def _worker_ended(self, work: asyncio.Task[None]) -> None:
        """A worker that can't go on ends the process: whoever watches it starts a fresh one."""
        if not drain.is_draining() and not work.cancelled():
            logger.critical("the worker died", exc_info=work.exception())
            self.exit_code = 1
            reactor.stop()
