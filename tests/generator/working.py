"""A worker within the test's own process."""

import asyncio
from contextlib import asynccontextmanager

from generator.supervisor import Supervisor


@asynccontextmanager
async def working():
    """One of any number of workers, without bells; whatever it still runs is given back at the end."""
    worker = Supervisor()
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.drain(0)
        running.cancel()
        await asyncio.wait([running])
