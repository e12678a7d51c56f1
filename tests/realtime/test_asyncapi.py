"""`docs/asyncapi.yaml` says what sockets send: real sessions are held against it."""

import asyncio
import json
import time

import pytest
from channels.db import database_sync_to_async as in_thread
from django.test import Client

from realtime import sockets
from tests import asyncapi
from tests.conftest import ApiClient
from tests.generator.sockets import tabs, working  # noqa: F401

RARE = {"reset", "notification.due", "task.progress", "queue"}
"""Types that a moment's work need not bring."""


async def called(api, method, path, body=None, expected=(200, 201, 202, 204)):
    answer = await in_thread(api.call)(method, path, body)
    assert answer.status_code in expected, answer.content
    return json.loads(answer.content) if answer.content else None


async def heard(tab, kind, seconds=20):
    deadline = time.monotonic() + seconds
    while kind not in {frame["type"] for frame in tab.frames}:
        assert time.monotonic() < deadline, f"no {kind}"
        await asyncio.sleep(0.02)


async def work_on_tasks(tab, api, guest):
    task = await called(api, "POST", "/tasks", {"requirement": "Lock the account after 5 wrong passwords."})
    at = f"/tasks/{task['id']}"
    while (await called(api, "GET", at))["status"] != "completed":
        await asyncio.sleep(0.05)
    await called(api, "PATCH", at, {"title": "Locking"})
    await called(api, "PUT", f"{at}/members/{guest}", {"role": "view"})
    case = (await called(api, "GET", f"{at}/cases"))["items"][0]
    await called(api, "PATCH", f"{at}/cases/{case['key']}", {"rev": case["rev"], "review": "accepted"})
    await called(api, "DELETE", f"{at}/cases/{case['key']}")
    await called(api, "POST", "/notifications/seen", {"all": True})
    await called(api, "POST", "/notifications/read", {"all": True})
    await called(api, "DELETE", at)
    await heard(tab, "task.deleted")


async def talk(tab, api, guest):
    room = await called(
        api, "POST", "/rooms", {"kind": "private", "name": "Tests", "members": [guest.user.username]}
    )
    at = f"/rooms/{room['id']}"
    said = await called(guest, "POST", f"{at}/messages", {"text": "**Hello** @ada 🎉"})
    await called(api, "PUT", f"{at}/messages/{said['id']}/reactions/👍")
    await called(guest, "PATCH", f"{at}/messages/{said['id']}", {"text": "Hello"})
    await called(guest, "POST", f"{at}/messages", {"text": "Look", "reply_to": said["id"]})
    await called(guest, "DELETE", f"{at}/messages/{said['id']}")
    await called(api, "POST", f"{at}/read", {})
    return room


@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
async def test_every_frame_of_a_busy_session_is_one_that_is_documented(ada, bob, opened, monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.5)
    api, guest = await in_thread(ApiClient)(ada), await in_thread(ApiClient)(bob)
    async with working():
        hers, his = await opened(ada), await opened(bob)
        room = await talk(hers, api, guest)
        await work_on_tasks(hers, api, "bob")
        await his.say(type="typing", room_id=room["id"])
        await (await opened(bob)).close()
        await his.close()
        for kind in set(asyncapi.messages_of("tell")) - RARE:
            await heard(hers, kind)

    for frame in hers.frames + his.frames:
        asyncapi.judge({name: value for name, value in frame.items() if name != "bytes"})


def test_an_undocumented_type_is_refused(ada):
    with pytest.raises(AssertionError, match="dance"):
        asyncapi.judge({"type": "dance"})


def test_a_frame_with_a_wrong_value_is_refused(ada):
    with pytest.raises(AssertionError, match="seq"):
        asyncapi.judge({"type": "heartbeat", "seq": "many"})


def test_every_message_belongs_to_one_direction_and_to_the_channel():
    named = asyncapi.messages_of("tell") + asyncapi.messages_of("hear")
    document = asyncapi.document()

    assert sorted(named) == sorted(document["components"]["messages"])
    assert sorted(named) == sorted(document["channels"]["events"]["messages"])


def test_the_document_is_served_beside_that_of_the_http_api():
    answer = Client().get("/api/v1/asyncapi.yaml")

    assert answer.getvalue() == asyncapi.DOCUMENT.read_bytes()
