"""What changes while a conversation is open: names, quotes, marks, and the conversation itself."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.test_chat import BOX, Enter, call, enter, go, name_of, said, say, talk  # noqa: F401


def test_a_task_is_discussed_from_the_moment_it_is_shared(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    task = call(ada, "POST", "/tasks", {"requirement": "Lock after 5 wrong passwords.", "title": "Locking"})
    go(ada, f"/tasks/{task['id']}/")
    discuss = ada.locator(".task__actions").get_by_role("link", name="Discuss")
    expect(discuss).to_have_count(0)

    call(ada, "PUT", f"/tasks/{task['id']}/members/{name_of(bob)}", {"role": "view"})
    expect(discuss).to_be_visible()
    call(ada, "DELETE", f"/tasks/{task['id']}")
    expect(discuss).to_have_count(0)
    call(ada, "POST", f"/tasks/{task['id']}/restore")
    discuss.click()

    expect(ada.locator("[data-conversation] [data-card]")).to_contain_text("Locking")


def test_a_room_that_is_renamed_is_called_so_in_the_tab_too(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob, kind="private")
    expect(ada).to_have_title(re.compile(r"Release · Chat · Caseloom$"))

    for name in ("A · B", "$& (2)"):
        call(bob, "PATCH", f"/rooms/{path.split('/')[2]}", {"name": name})
        expect(ada).to_have_title(re.compile(rf"^(\(\d+\) )?{re.escape(name)} · Chat · Caseloom$"))

    expect(ada.locator("input[name=name]")).to_have_value("$& (2)")
    expect(ada.locator("[data-room-title]")).to_have_text("$& (2)")


def listeners_of(page: Page) -> int:
    """How many listeners the window and the document have."""
    client = page.context.new_cdp_session(page)
    found = 0
    for target in ("window", "document"):
        object_id = client.send("Runtime.evaluate", {"expression": target})["result"]["objectId"]
        found += len(client.send("DOMDebugger.getEventListeners", {"objectId": object_id})["listeners"])
    return found


def test_a_conversation_that_left_the_panel_leaves_nothing_behind(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    panel = go(ada, "/tasks/").locator("#chat-panel")
    ada.locator("[data-chat-button]").click()
    expect(panel.locator("[data-rooms]")).to_be_visible()
    before = listeners_of(ada)

    for _ in range(3):
        panel.locator(f"a[href='{path}']").click()
        expect(panel.locator("[data-conversation]")).to_be_visible()
        panel.get_by_role("link", name="All conversations").click()
        expect(panel.locator("[data-rooms]")).to_be_visible()

    assert listeners_of(ada) == before


def test_the_first_message_that_was_not_read_has_a_line_above_it(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    say(bob, "Seen")
    expect(said(ada)).to_have_text(["Seen"])
    expect(ada.locator("[data-unread-chat]")).to_have_attribute("data-unread-chat", "0")
    go(ada, "/tasks/")
    for text in ("First", "Second"):
        say(bob, text)
    expect(ada.locator("[data-unread-chat]")).to_have_attribute("data-unread-chat", "2")

    go(ada, path)

    line = ada.locator(".conversation__line", has_text="New")
    expect(line.locator("+ [data-message]")).to_contain_text("First")
    expect(ada.locator("[data-unread]")).to_have_count(1)
    say(bob, "Third")
    expect(said(ada)).to_have_count(4)
    expect(ada.locator("[data-unread]")).to_have_count(1)


def test_an_answer_quotes_what_the_message_says_by_now(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    messages = f"/rooms/{path.split('/')[2]}/messages"
    secret = call(ada, "POST", messages, {"text": "the password is 1234"})
    call(bob, "POST", messages, {"text": "Take that back", "reply_to": secret["id"]})
    quote = bob.locator("[data-quote]:visible [data-quote-text]")
    expect(quote).to_have_text("the password is 1234")

    call(ada, "PATCH", f"{messages}/{secret['id']}", {"text": "x" * 300})
    expect(quote).to_have_text("x" * 199 + "…")
    call(ada, "DELETE", f"{messages}/{secret['id']}")

    expect(quote).to_have_text("")


def test_a_deletion_that_was_thought_better_of_is_asked_for_again(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    talk(ada, bob)
    say(ada, "Keep me")
    message = ada.locator("[data-message]:not([data-state])")
    for _ in range(2):
        message.hover()
        message.locator("summary").click()
        message.get_by_role("button", name="Delete", exact=True).click()
        expect(message.get_by_role("button", name="Delete for everybody?")).to_be_visible()
        ada.keyboard.press("Escape")

    expect(message.locator("details")).not_to_have_attribute("open", "")
    assert said(bob).all_inner_texts() == ["Keep me"]
