"""The Channels consumer behind the `generation` channel: it only rings the supervisor (design §5)."""

from __future__ import annotations

from typing import Any

from channels.consumer import AsyncConsumer

from generator import supervisor


class GenerationConsumer(AsyncConsumer):
    """Wakes this process's supervisor. A lost bell costs at most one look at the table."""

    async def task_pending(self, message: dict[str, Any]) -> None:
        supervisor.current().wake()
        supervisor.current().queue.wake()

    async def task_cancel(self, message: dict[str, Any]) -> None:
        supervisor.current().queue.wake()
        await supervisor.current().stop_cancelled()

    async def queue_moved(self, message: dict[str, Any]) -> None:
        supervisor.current().queue.wake()

    async def provider_paused(self, message: dict[str, Any]) -> None:
        await supervisor.current().workshop.read_pauses()
