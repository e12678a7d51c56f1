"""All that people do in the chat appears at once on the other side; an outsider's pages hear none of it."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.test_chat import BOX, Enter, call, enter, go, name_of, said, say, talk, unread_of  # noqa: F401
from tests.live.product import until

AT_ONCE_MS = 3_000
OF_NOBODY = {"hello", "heartbeat", "queue"}
"""What every page hears, whoever does what."""
TOASTS = "[data-toast] [data-notification]"


def overheard(page: Page, *paths: str) -> list[dict[str, object]]:
    """Every frame that pages of the reader of `page` get from now on."""
    frames: list[dict[str, object]] = []

    def hear(data: str | bytes) -> None:
        frames.append(json.loads(data))

    for path in paths:
        tab = page.context.new_page()
        tab.on("websocket", lambda socket: socket.on("framereceived", hear))
        go(tab, path)
    return frames


def test_two_people_see_each_other_come_type_speak_read_and_go(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    talk(ada, bob)
    task = call(ada, "POST", "/tasks", {"requirement": "Lock after 5 wrong passwords.", "title": "Locking"})
    call(ada, "PUT", f"/tasks/{task['id']}/members/{name_of(bob)}", {"role": "view"})
    expect(ada.locator(".conversation__title [data-person]")).to_have_attribute("data-online", "")

    bob.locator(BOX).press_sequentially("Is it ")
    expect(ada.locator("[data-typing]")).to_have_text(f"{name_of(bob)} is typing…", timeout=AT_ONCE_MS)
    say(bob, f"Is it @{name_of(ada)} who wrote /tasks/{task['id']}/ ?")

    expect(ada.locator("[data-message] .mention")).to_have_text(f"@{name_of(ada)}", timeout=AT_ONCE_MS)
    expect(ada.locator("[data-card]")).to_contain_text("Locking", timeout=AT_ONCE_MS)
    ada.bring_to_front()
    expect(bob.locator(".conversation__seen")).to_be_visible(timeout=AT_ONCE_MS)
    bob.close()
    expect(ada.locator(".conversation__title [data-person]")).not_to_have_attribute(
        "data-online", "", timeout=10_000
    )


def test_a_mention_reaches_who_is_on_another_page_and_leads_to_what_was_said(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob, kind="private")
    call(bob, "POST", "/notifications/read", {"all": True})
    go(bob, "/tasks/")

    say(ada, f"@{name_of(bob)} please look")

    expect(unread_of(bob)).to_have_attribute("data-unread-chat", "1", timeout=AT_ONCE_MS)
    expect(bob.locator("[data-bell]")).to_have_attribute("data-unread", "1", timeout=AT_ONCE_MS)
    expect(bob.locator(TOASTS)).to_contain_text("please look", timeout=AT_ONCE_MS)
    bob.locator(TOASTS).get_by_role("link").first.click()
    bob.wait_for_url(f"**{path}**")
    expect(said(bob)).to_have_text([f"@{name_of(bob)} please look"])
    expect(unread_of(bob)).to_have_attribute("data-unread-chat", "0", timeout=AT_ONCE_MS)
    expect(bob.locator("[data-bell]")).to_have_attribute("data-unread", "0", timeout=AT_ONCE_MS)


def test_every_page_of_a_reader_agrees_on_what_is_unread(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    go(bob, "/tasks/")
    phone = go(bob.context.new_page(), "/account/")

    for number in range(3):
        say(ada, f"number {number}")
    for page in (bob, phone):
        expect(unread_of(page)).to_have_attribute("data-unread-chat", "3", timeout=AT_ONCE_MS)
    go(bob, path)

    for page in (bob, phone):
        expect(unread_of(page)).to_have_attribute("data-unread-chat", "0", timeout=AT_ONCE_MS)
        expect(page.locator("[data-bell]")).to_have_attribute("data-unread", "0", timeout=AT_ONCE_MS)


def test_no_page_of_an_outsider_hears_anything_of_what_two_people_do(enter: Enter):  # noqa: F811
    ada, bob, eve = enter(), enter(), enter()
    frames = overheard(eve, "/", "/tasks/", "/chat/", "/notifications/")
    path = talk(ada, bob, kind="private")
    messages = f"/rooms/{path.split('/')[2]}/messages"
    task = call(ada, "POST", "/tasks", {"requirement": "Lock after 5 wrong passwords.", "title": "Locking"})
    call(ada, "PUT", f"/tasks/{task['id']}/members/{name_of(bob)}", {"role": "view"})

    bob.locator(BOX).press_sequentially("hidden")
    expect(ada.locator("[data-typing]")).not_to_have_text("")
    say(bob, f"hidden @{name_of(ada)} @{name_of(eve)} /tasks/{task['id']}/")
    expect(said(ada)).to_have_count(1)
    message = call(ada, "GET", messages)["items"][0]["id"]
    call(ada, "PUT", f"{messages}/{message}/reactions/👍")
    call(bob, "PATCH", f"{messages}/{message}", {"text": f"hidden twice @{name_of(eve)}"})
    call(bob, "DELETE", f"{messages}/{message}")
    expect(ada.locator("[data-message]")).to_have_attribute("data-gone", "yes")
    bob.close()

    assert hears_only_its_own(eve, frames)
    assert not re.search(f"hidden|{task['id']}|{name_of(ada)}", json.dumps(frames))


def hears_only_its_own(page: Page, frames: list[dict[str, object]]) -> bool:
    """What its reader does in the end is heard, so whatever came before has been heard as well."""
    own = call(page, "POST", "/tasks", {"requirement": "A name has 3 to 9 characters."})["id"]
    known = [frame for frame in frames if frame["type"] in OF_NOBODY]
    until(lambda: (page.title(), frames)[1], lambda heard: heard != known and own in json.dumps(heard))
    created = next(number for number, frame in enumerate(frames) if own in json.dumps(frame))
    return {str(frame["type"]) for frame in frames[:created]} <= OF_NOBODY
