"""Whatever happens to its socket, a page ends with what a fresh one shows, and says how it is connected."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_chat import call
from tests.live.product import Product, until

STORY = {"requirement": "A name must have 3 to 80 characters.", "title": "Names"}
ASLEEP = "(() => { const later = Date.now() + 600_000; Date.now = () => later })()"
HIDE = 'dispatchEvent(new PageTransitionEvent("pagehide", {persisted: true}))'
SHOW = 'dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}))'
LONG = "登录失败五次后锁定账号。" * 330
MISSED = 40
Frame = dict[str, Any]


class Network:
    """What lies between a page and the server: it loses what it is told to, or lets nothing through."""

    def __init__(self, page: Page) -> None:
        self.loses: Callable[[Frame], bool] = lambda frame: False
        self.is_down = False
        self.sockets: list[WebSocketRoute] = []
        self.sent: list[Frame] = []
        self.passed: list[Frame] = []
        self.lost = 0
        page.route_web_socket("**/ws/events*", self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        if self.is_down:
            socket.close(code=1011)
            return
        server = socket.connect_to_server()
        socket.on_message(lambda data: self._ask(server, data))
        server.on_message(lambda data: self._pass(socket, data))

    def _ask(self, server: WebSocketRoute, data: Any) -> None:
        self.sent.append(json.loads(data))
        server.send(data)

    def _pass(self, socket: WebSocketRoute, data: Any) -> None:
        frame = json.loads(data)
        if self.loses(frame):
            self.lost += 1
            return
        self.passed.append(frame)
        socket.send(data)

    def goes_down(self) -> None:
        self.is_down = True
        self.sockets[-1].close(code=1011)


@pytest.fixture
def page(signed_in: Callable[..., Page]) -> Page:
    return signed_in()


@pytest.fixture
def network(page: Page) -> Network:
    network = Network(page)
    go(page, "/tasks/")
    return network


def go(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_selector("[data-connection=live]")
    return page


def request(page: Page) -> str:
    """A task by another tab of the same reader."""
    return str(call(page, "POST", "/tasks", STORY)["id"])


def is_as_fresh(page: Page, task: str) -> None:
    """The page shows the ended task once, with the bell and the counts of a fresh page."""
    expect(page.locator(f"[data-task='{task}']")).to_have_attribute(
        "data-status", "completed", timeout=15_000
    )
    fresh = go(page.context.new_page(), "/tasks/")
    for mark in ("[data-bell]", "[data-count=completed]", f"[data-task='{task}'] [data-field=title]"):
        expect(page.locator(mark)).to_have_text(fresh.locator(mark).inner_text())
    fresh.close()


def test_a_frame_that_is_lost_is_missed_and_fetched(page: Page, network: Network):
    network.loses = lambda frame: frame["type"] == "task.created" and not network.lost

    task = request(page)

    is_as_fresh(page, task)
    assert network.lost == 1
    assert [frame for frame in network.sent if frame["type"] == "resume"]
    assert len(network.sockets) == 1


def test_the_last_frame_that_is_lost_is_missed_at_the_next_heartbeat(page: Page, network: Network):
    network.loses = lambda frame: (
        frame["type"] == "notification.created" and sum(one["type"] == "resume" for one in network.sent) == 0
    )

    task = request(page)

    expect(page.locator(f"[data-task='{task}']")).to_have_attribute("data-status", "completed")
    expect(page.locator("[data-bell]")).to_have_attribute("data-unread", "1", timeout=25_000)
    is_as_fresh(page, task)


def test_frames_that_come_twice_are_taken_once(page: Page, network: Network):
    task = request(page)
    is_as_fresh(page, task)

    for frame in [one for one in network.passed if one["type"].startswith(("task.", "notification."))]:
        network.sockets[-1].send(json.dumps(frame))

    is_as_fresh(page, task)
    assert not [frame for frame in network.sent if frame["type"] == "resume"]


def test_after_a_reset_the_page_is_fetched_again(page: Page, network: Network):
    network.loses = lambda frame: frame["type"].startswith(("task.", "notification."))
    task = request(page)
    until(lambda: call(page, "GET", f"/tasks/{task}")["finished_at"], bool)

    network.sockets[-1].send(json.dumps({"type": "reset", "seq": 10_000, "epoch": "another"}))

    is_as_fresh(page, task)


def test_the_badge_says_live_connecting_and_offline(page: Page, network: Network):
    badge = page.locator("[data-connection]")
    states: list[str] = []
    page.expose_function("noted", lambda state: states.append(state))
    page.evaluate("""() => new MutationObserver(() =>
      noted(document.querySelector("[data-connection]").dataset.connection))
      .observe(document.querySelector("[data-connection]"), {attributes: true})""")

    network.goes_down()
    expect(badge).to_have_attribute("data-connection", "offline", timeout=10_000)
    task = request(page)
    network.is_down = False

    expect(badge).to_have_attribute("data-connection", "live", timeout=30_000)
    assert states[0] == "connecting"
    is_as_fresh(page, task)


def test_a_page_that_comes_back_from_the_browsers_cache_catches_up(page: Page, network: Network):
    page.evaluate(HIDE)
    expect(page.locator("[data-connection]")).not_to_have_attribute("data-connection", "live")
    task = request(page)
    until(lambda: call(page, "GET", f"/tasks/{task}")["finished_at"], bool)
    assert len(network.sockets) == 1

    page.evaluate(SHOW)

    is_as_fresh(page, task)
    assert len(network.sockets) == 2


def test_a_device_that_slept_does_not_trust_its_old_socket(page: Page, network: Network):
    network.loses = lambda frame: len(network.sockets) == 1

    page.evaluate(ASLEEP)
    task = request(page)

    is_as_fresh(page, task)
    assert len(network.sockets) > 1


def test_a_page_that_stood_aside_for_others_comes_back_when_it_is_looked_at(page: Page, network: Network):
    network.sockets[-1].close(code=4409)
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "offline")
    task = request(page)
    until(lambda: call(page, "GET", f"/tasks/{task}")["finished_at"], bool)
    page.wait_for_timeout(2_000)
    assert len(network.sockets) == 1

    page.evaluate("dispatchEvent(new Event('focus'))")

    is_as_fresh(page, task)


def test_much_that_was_missed_comes_in_seconds(page: Page, network: Network):
    """More than what a socket may owe: only a page that acknowledges soon enough gets it without a wait."""
    room = call(page, "POST", "/rooms", {"kind": "private", "name": "Loud", "members": []})["id"]
    go(page, f"/chat/{room}/")
    network.goes_down()
    for number in range(MISSED):
        call(page, "POST", f"/rooms/{room}/messages", {"text": f"{number} {LONG}"})

    network.is_down = False
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("[data-message]")).to_have_count(MISSED, timeout=10_000)


def test_signing_out_is_said_in_the_other_tabs_of_this_browser_alone(
    visitor: Callable[..., BrowserContext], product: Product
):
    product.manage("shell", "--command", MAKE_ADA)
    desk, phone = (signed_in_page(visitor(), path) for path in ("/", "/tasks/"))
    tab = go(desk.context.new_page(), "/tasks/")
    closed: list[str] = []
    phone.on("websocket", lambda socket: socket.on("close", lambda _: closed.append(socket.url)))
    go(phone, "/tasks/")

    desk.get_by_role("button", name="Account menu").click()
    desk.get_by_role("button", name="Sign out").click()

    expect(tab.get_by_text("You are signed out.")).to_be_visible(timeout=8_000)
    task = request(phone)
    is_as_fresh(phone, task)
    assert closed == []


MAKE_ADA = f"""
from core.models import User
User.objects.filter(username="ada-signs-out").delete()
User.objects.create_user("ada-signs-out", password="{PASSWORD}")
"""


def signed_in_page(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(f"/accounts/login/?next={path}")
    page.fill("[name=username]", "ada-signs-out")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[data-connection=live]")
    return page
