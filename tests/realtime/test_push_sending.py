"""Web Push: what a browser's push service gets, and what becomes of what it does not take."""

from datetime import timedelta

import pytest
from channels.db import database_sync_to_async as in_thread
from django.utils import timezone

from core.configuration import host_rules
from generator.services import request_task
from realtime.events import encode
from realtime.models import Delivery, Notification, OpenSocket
from realtime.notifications import services
from realtime.notifications.outbox import TRIES
from realtime.notifications.preferences import save_preferences
from realtime.push.payloads import PAYLOAD_BYTES, push_payload
from tests.generator.working import working
from tests.push_server import Browser, Proxy, PushServer
from tests.realtime.delivering import (
    delivering,
    has_subscription,
    make_due,
    nothing_waits,
    subscribed,
    tell,
    until,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def push_server(settings):
    with PushServer() as server:
        settings.PUSH_HOSTS = host_rules("PUSH_HOSTS", [server.host])
        settings.PUBLIC_URL = "https://cases.example.com"
        yield server
        assert server.wrongs == []


@pytest.fixture
def phone(push_server, ada):
    """Ada's."""
    browser = push_server.browser()
    subscribed(ada, browser)
    return browser


async def test_a_finished_task_is_pushed_encrypted_to_its_owners_devices(ada, phone, push_server):
    bobs = push_server.browser()
    async with working():
        task = await in_thread(request_task)(ada, requirement="Lock it after 5 tries.", title="Passwords")
        await until(lambda: phone.received)

    [push] = phone.received
    note = await Notification.objects.aget(user=ada)
    assert push.payload["web_push"] == 8030
    assert push.payload["notification"] == {
        "title": "Finished: Passwords",
        "body": note.body,
        "navigate": f"https://cases.example.com/tasks/{task.pk}/",
        "tag": str(note.pk),
    }
    assert (push.urgency, push.ttl) == ("normal", 86_400)
    assert len(push.topic) <= 32
    assert bobs.received == []


async def test_one_that_died_between_sending_and_noting_it_is_followed_by_one_that_sends_again(
    ada, phone, push_server
):
    push_server.may_answer.clear()
    await in_thread(tell)(ada)
    async with delivering():
        await until(lambda: push_server.arrivals)
    push_server.may_answer.set()
    await until(lambda: phone.received)

    await in_thread(make_due)()
    async with delivering():
        await nothing_waits()

    first, second = phone.received
    assert first.topic == second.topic
    assert first.payload == second.payload


async def test_several_couriers_send_each_push_once(ada, phone):
    for number in range(20):
        await in_thread(tell)(ada, f"Note {number}")

    async with delivering(couriers=3):
        await nothing_waits()

    assert len(phone.tags) == len(set(phone.tags)) == 20


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(ada, phone, status):
    phone.answers.append((status, {}))
    await in_thread(tell)(ada)

    async with delivering():
        await nothing_waits()

    assert not await in_thread(has_subscription)(phone)


async def test_a_busy_push_service_is_asked_again_when_it_said(ada, phone):
    phone.answers.append((429, {"Retry-After": "300"}))
    await in_thread(tell)(ada)
    async with delivering():
        await until(
            lambda: Delivery.objects.filter(due_at__gt=timezone.now() + timedelta(seconds=200)).exists()
        )

        assert phone.received == []
        await in_thread(make_due)()
        await nothing_waits()

    assert len(phone.received) == 1


async def test_a_failing_push_service_is_asked_for_about_a_day(ada, phone, caplog):
    phone.answers.extend([(500, {})] * 2)
    await in_thread(tell)(ada)
    await Delivery.objects.aupdate(attempts=TRIES - 2)
    async with delivering():
        await until(lambda: Delivery.objects.filter(attempts=TRIES - 1, due_at__gt=timezone.now()).exists())
        await in_thread(make_due)()
        await nothing_waits()

    assert f"given up after {TRIES} tries" in caplog.text
    assert phone.received == []
    assert phone.endpoint not in caplog.text


@pytest.mark.parametrize("answer", [(403, {}), (307, {"Location": "http://127.0.0.1:9/"})])
async def test_what_a_push_service_refuses_is_not_repeated(ada, phone, push_server, answer, caplog):
    phone.answers.append(answer)
    await in_thread(tell)(ada)

    async with delivering():
        await nothing_waits()

    assert push_server.arrivals == 1
    assert "given up" in caplog.text
    assert phone.endpoint not in caplog.text


async def test_what_was_seen_meanwhile_is_not_pushed(ada, phone):
    await in_thread(tell)(ada)
    await in_thread(services.mark_seen)(ada.pk)

    async with delivering():
        await nothing_waits()

    assert phone.received == []


async def test_a_push_waits_a_little_while_somebody_looks_at_a_page(ada, phone):
    soon = timezone.now() + timedelta(minutes=1)
    await OpenSocket.objects.acreate(user=ada, process=ada.pk, active_until=soon)
    asked = timezone.now()
    await in_thread(tell)(ada)

    async with delivering():
        await nothing_waits()

    assert timezone.now() - asked > timedelta(seconds=5)
    assert len(phone.received) == 1


async def test_one_told_again_while_it_was_sent_is_sent_again(ada, phone, push_server):
    push_server.may_answer.clear()
    await in_thread(tell)(ada, "First", subject="room:1")
    async with delivering():
        await until(lambda: push_server.arrivals == 1)
        await in_thread(tell)(ada, "Second", subject="room:1")
        push_server.may_answer.set()
        await nothing_waits()

    assert sorted(push.payload["notification"]["title"] for push in phone.received) == ["First", "Second"]
    assert len({push.topic for push in phone.received}) == 1


def test_nothing_is_queued_for_a_kind_that_its_user_switched_off(ada, phone):
    save_preferences(ada.pk, {"kinds": {"system": {"browser": False}}})

    tell(ada)

    assert not Delivery.objects.exists()


def test_quiet_hours_put_pushes_off_until_they_end(ada, phone):
    quiet = {"days": [0, 1, 2, 3, 4, 5], "from": "00:00", "to": "00:00", "timezone": "UTC"}
    today = timezone.now().weekday()
    save_preferences(ada.pk, {"quiet": {**quiet, "days": [today]}})

    tell(ada)

    due = set(Delivery.objects.values_list("due_at", flat=True))
    assert min(due) > timezone.now()
    assert Delivery.objects.filter(subscription=None).count() == 1  # open tabs are told then, too


async def test_a_browser_that_changed_hands_shows_nothing_of_its_former_user(ada, bob, phone):
    await in_thread(tell)(ada)
    await in_thread(subscribed)(bob, phone)

    async with delivering():
        await nothing_waits()

    assert phone.received == []


async def test_a_push_service_that_is_not_named_any_more_is_not_called(ada, phone, push_server, settings):
    settings.PUSH_HOSTS = host_rules("PUSH_HOSTS", ["push.example.com"])
    await in_thread(tell)(ada)

    async with delivering():
        await nothing_waits()

    assert push_server.arrivals == 0


@pytest.mark.parametrize(("around", "asked"), [("", ["push.example.com:443"]), ("push.example.com", [])])
async def test_a_push_goes_through_the_proxy_of_the_environment(
    ada, settings, monkeypatch, caplog, around, asked
):
    caplog.set_level("INFO")
    monkeypatch.setenv("NO_PROXY", around)
    settings.PUSH_HOSTS = host_rules("PUSH_HOSTS", ["push.example.com"])
    await in_thread(subscribed)(ada, Browser("https://push.example.com/push/1"))
    await in_thread(tell)(ada)

    with Proxy() as proxy:
        settings.HTTPS_PROXY = proxy.url
        async with delivering():
            await until(lambda: "is tried again" in caplog.text)

    assert proxy.asked == asked


@pytest.mark.parametrize("character", ["x", "例", "🎉", '"'])
def test_a_payload_is_cut_to_what_push_services_take(ada, character):
    note = Notification(user=ada, title=character * 400, body=character * 5_000, url="/" + "a" * 400)

    payload = push_payload(note)

    assert payload["notification"]["body"].endswith("…")
    assert PAYLOAD_BYTES - 20 < len(encode(payload).encode()) <= PAYLOAD_BYTES
