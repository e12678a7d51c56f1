"""`manage.py runworker generation`: a worker process, instead of Channels' own command (design §5)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core import drain, watchdog
from generator import supervisor
from generator.services import GENERATION_CHANNEL
from generator.worker import GenerationConsumer
from realtime import bells

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # a second of loading addresses that it never serves
    help = "Runs tasks until SIGTERM, which drains: running tasks finish or are given back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", choices=[GENERATION_CHANNEL], help="The channel whose bell it hears.")

    def handle(self, *args: Any, **options: Any) -> None:
        drain.leave(asyncio.new_event_loop().run_until_complete(work(options["channel"])))


async def work(channel: str) -> int:
    """Work until a signal, and drain. The exit code: 1 when the worker could not go on, or not drain."""
    loop = asyncio.get_running_loop()
    bells.live_in(loop)
    watchdog.guard(loop)
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, _on_signal, stop)
    worker = supervisor.start()
    running = asyncio.create_task(worker.run())
    hearing = asyncio.create_task(supervisor.listen(channel, GenerationConsumer().dispatch))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([running, hearing, stopping], return_when=asyncio.FIRST_COMPLETED)
    last = hearing if hearing.done() else running
    if stop.is_set():
        last = asyncio.create_task(worker.drain(settings.DRAIN_SECONDS))
        await asyncio.wait([last])
    if error := last.exception():
        logger.critical("the worker could not go on", exc_info=error)
    return 1 if error else 0


def _on_signal(stop: asyncio.Event) -> None:
    if not drain.is_draining():
        drain.begin()
        stop.set()
    elif drain.seconds() > drain.ECHO_SECONDS:
        os._exit(1)
