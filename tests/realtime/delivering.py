"""Couriers within the test's own process, and waiting for what they do."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

from channels.db import database_sync_to_async as in_thread
from django.utils import timezone

from realtime.events import publishing
from realtime.models import Delivery, Notification, Subscription
from realtime.notifications.delivering import deliver_for_ever
from realtime.notifications.services import notify
from realtime.push import devices


@asynccontextmanager
async def delivering(couriers=1):
    """As many of them at once; they end as if their process had died."""
    running = [asyncio.create_task(deliver_for_ever()) for _ in range(couriers)]
    try:
        yield
    finally:
        for courier in running:
            courier.cancel()
        await asyncio.wait(running)


async def until(reached, seconds=15):
    """Wait until `reached`, which may ask the database, holds."""
    deadline = time.monotonic() + seconds
    while not await in_thread(reached)():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.02)


async def nothing_waits(seconds=15):
    await until(lambda: not Delivery.objects.exists(), seconds)


def subscribed(user, browser):
    keys = browser.subscription["keys"]
    return devices.subscribe(user, endpoint=browser.endpoint, device="Firefox", **keys)


def tell(
    user, title="Finished: Passwords", *, kind=Notification.Kind.SYSTEM, subject="", body="3 test cases"
):
    """A notification as the product makes one."""
    with publishing() as publisher:
        notify(publisher, user.pk, kind, subject=subject, title=title, body=body, url="/tasks/1/")
    return Notification.objects.filter(user=user).latest("created_at")


def make_due():
    """Time passes: everything that waits is to be sent now."""
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=6))


def has_subscription(browser):
    return Subscription.objects.filter(endpoint=browser.endpoint).exists()
