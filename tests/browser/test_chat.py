"""Two people in two browsers talk; a third one has no part in it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.live.product import Product

CALL = """async ([method, path, body]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value
  const headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
  const response = await fetch("/api/v1" + path, {method, headers, body: body && JSON.stringify(body)})
  return response.status === 204 ? null : response.json()
}"""
BOX = "textarea[name=text]"

Enter = Callable[..., Page]


@pytest.fixture
def enter(visitor: Callable[..., BrowserContext], product: Product) -> Enter:
    """Opens the chat as somebody who has just signed up."""

    def enter(path: str = "/chat/", **options: Any) -> Page:
        context = visitor(**options)
        context.add_cookies([{"name": "sessionid", "value": product.session(), "url": product.url}])
        page = context.new_page()
        return go(page, path)

    return enter


def go(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_selector("[data-connection=live]")
    return page


def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    return page.evaluate(CALL, [method, path, body])


def name_of(page: Page) -> str:
    return str(call(page, "GET", "/me")["name"])


def talk(page: Page, *others: Page, kind: str = "direct") -> str:
    """A room of these people, open on all their pages. Returns its path."""
    body = {"kind": kind, "name": "Release", "members": [name_of(other) for other in others]}
    if kind == "direct":
        del body["name"]
    path = f"/chat/{call(page, 'POST', '/rooms', body)['id']}/"
    for one in (page, *others):
        go(one, path)
    return path


def say(page: Page, text: str) -> None:
    page.fill(BOX, text)
    page.press(BOX, "Enter")


def said(page: Page) -> Locator:
    return page.locator("[data-message] [data-html]")


def unread_of(page: Page) -> Locator:
    return page.locator("[data-unread-chat]")


def test_a_message_is_typed_and_arrives_at_once_on_the_other_side(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob)

    ada.locator(BOX).press_sequentially("Does **TC-001** hold?")
    expect(bob.locator("[data-typing]")).to_have_text(f"{name_of(ada)} is typing…")
    ada.press(BOX, "Enter")

    expect(said(bob)).to_have_text("Does TC-001 hold?")
    expect(bob.locator("[data-message] strong")).to_have_text("TC-001")
    expect(bob.locator("[data-typing]")).to_have_text("")
    expect(said(ada)).to_have_count(1)
    assert ada.input_value(BOX) == ""


def test_what_the_other_has_read_is_marked_as_seen(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob)
    elsewhere = go(bob, "/tasks/")

    say(ada, "Read me")
    expect(unread_of(elsewhere)).to_have_attribute("data-unread-chat", "1")
    expect(ada.locator(".conversation__seen")).to_be_hidden()
    elsewhere.go_back()

    expect(ada.locator(".conversation__seen")).to_be_visible()
    expect(unread_of(bob)).to_have_attribute("data-unread-chat", "0")


def test_who_is_online_has_a_dot_until_the_last_page_is_closed(enter: Enter):
    ada, bob = enter(), enter()
    talk(bob, ada)
    dot = ada.locator(".conversation__title [data-person]")
    expect(dot).to_have_attribute("data-online", "")

    bob.close()

    expect(dot).not_to_have_attribute("data-online", "", timeout=20_000)


def test_a_mention_is_completed_by_keyboard_and_marked_for_everybody(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob, kind="private")
    name = name_of(bob)

    ada.locator(BOX).press_sequentially(f"Look, @{name[:-1]}")
    expect(ada.locator(BOX)).to_have_attribute("aria-expanded", "true")
    expect(ada.locator("[role=option]")).to_have_text([name])
    ada.press(BOX, "Enter")
    assert ada.input_value(BOX) == f"Look, @{name} "
    ada.press(BOX, "Enter")

    expect(bob.locator("[data-message] .mention")).to_have_text(f"@{name}")


def test_an_outsider_sees_hears_and_counts_nothing_of_it(enter: Enter):
    ada, bob, mallory = enter(), enter(), enter()
    frames: list[str] = []
    mallory.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    go(mallory, "/chat/")

    path = talk(ada, bob)
    ada.locator(BOX).press_sequentially("our secret")
    ada.press(BOX, "Enter")
    expect(said(bob)).to_have_text("our secret")

    answer = mallory.request.get(path)
    assert answer.status == 404
    assert unread_of(mallory).get_attribute("data-unread-chat") == "0"
    assert path.split("/")[2] not in "".join(frames)
    assert not [frame for frame in frames if re.search("secret|typing|message|room", frame)]


def test_what_is_sent_over_a_cut_network_arrives_once(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob)

    ada.context.set_offline(True)
    say(ada, "Into the void")
    waiting = ada.locator("[data-message]")
    expect(waiting).to_have_attribute("data-state", "failed")
    expect(waiting.get_by_role("button", name="Try again")).to_be_visible()
    ada.context.set_offline(False)

    expect(said(bob)).to_have_text(["Into the void"], timeout=40_000)
    expect(ada.locator("[data-message]:not([data-state])")).to_have_count(1)
    ada.reload()
    expect(said(ada)).to_have_text(["Into the void"])


def test_a_draft_outlives_a_reload(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob)

    ada.fill(BOX, "not finis")
    ada.reload()

    expect(ada.locator(BOX)).to_have_value("not finis")


def test_enter_that_ends_an_input_method_does_not_send(enter: Enter):
    ada, bob = enter(), enter()
    talk(ada, bob)

    ada.fill(BOX, "你好")
    for key in ("{isComposing: true}", "{keyCode: 229}"):
        event = f"new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, cancelable: true, ...{key}}})"
        ada.evaluate(f"document.querySelector('{BOX}').dispatchEvent({event})")

    assert ada.input_value(BOX) == "你好"
    ada.press(BOX, "Enter")
    expect(said(bob)).to_have_text(["你好"])


def test_paging_back_to_the_first_of_120_messages_shows_each_once(enter: Enter):
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    for number in range(120):
        call(ada, "POST", f"/rooms/{path.split('/')[2]}/messages", {"text": f"number {number}"})
    go(bob, path)

    box = bob.locator("[data-scroll]")
    expect(said(bob).last).to_be_in_viewport()
    while bob.locator("[data-older]").count():
        before = said(bob).count()
        box.evaluate("box => { box.scrollTop = 0 }")
        expect(said(bob)).not_to_have_count(before)

    expect(said(bob)).to_have_text([f"number {number}" for number in range(120)])


def test_earlier_messages_come_without_moving_what_is_read(enter: Enter):
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    for number in range(60):
        call(ada, "POST", f"/rooms/{path.split('/')[2]}/messages", {"text": f"number {number}"})
    go(bob, path)

    second = bob.locator("[data-message]").nth(1)
    marked = bob.locator(f"[id='{second.get_attribute('id')}']")
    bob.locator("[data-scroll]").evaluate("box => { box.scrollTop = 20 }")
    above = marked.bounding_box()
    expect(said(bob)).not_to_have_count(25)

    assert above
    assert abs((marked.bounding_box() or {"y": 0})["y"] - above["y"]) < 3
