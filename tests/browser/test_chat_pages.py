"""The chat's panel, cards, and what its pages owe their reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_chat import BOX, Enter, call, enter, go, name_of, said, say, talk, unread_of  # noqa: F401

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
HOSTILE = {
    "a long word": "x" * 400,
    "much": "很长的消息。" * 660,
    "huge emoji": "🧵👩‍👩‍👧‍👦" * 120,
    "right to left": "\u202eevil.exe \u202dשלום עולם שלום",
    "markup": "<script>alert(1)</script> [run](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "code": "```\n" + "no_break_" * 60 + "\n```",
    "a table": "|a|b|\n|-|-|\n|" + "cell" * 80 + "|c|",
}


def test_the_panel_and_the_page_agree(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    path = talk(ada, bob)
    panel = go(bob, "/tasks/").locator("#chat-panel")

    say(ada, "One")
    expect(unread_of(bob)).to_have_attribute("data-unread-chat", "1")
    bob.locator("[data-chat-button]").click()
    panel.locator(f"a[href='{path}']").click()
    expect(panel.locator("[data-message] [data-html]")).to_have_text(["One"])
    expect(unread_of(bob)).to_have_attribute("data-unread-chat", "0")
    panel.locator(BOX).fill("Two")
    panel.locator(BOX).press("Enter")
    expect(said(ada)).to_have_text(["One", "Two"])
    say(ada, "Three")
    expect(panel.locator("[data-message] [data-html]")).to_have_text(["One", "Two", "Three"])

    go(bob, path)
    expect(said(bob)).to_have_text(["One", "Two", "Three"])


def test_a_task_is_a_card_for_whoever_may_see_it(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    task = call(ada, "POST", "/tasks", {"requirement": "Lock after 5 wrong passwords.", "title": "Locking"})
    talk(ada, bob)
    say(ada, f"Look at /tasks/{task['id']}/")

    expect(ada.locator("[data-card]")).to_contain_text("Locking")
    expect(said(bob)).to_contain_text("Look at")
    expect(bob.locator("[data-card]")).to_have_count(0)

    call(ada, "PUT", f"/tasks/{task['id']}/members/{name_of(bob)}", {"role": "view"})
    expect(bob.locator("[data-card]")).to_contain_text("Locking")
    bob.reload()
    expect(bob.locator("[data-card]")).to_contain_text("Locking")


def test_a_card_follows_its_task_and_goes_with_the_right_to_see_it(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    task = call(ada, "POST", "/tasks", {"requirement": "Lock after 5 wrong passwords.", "title": "Locking"})
    call(ada, "PUT", f"/tasks/{task['id']}/members/{name_of(bob)}", {"role": "view"})
    talk(ada, bob)
    say(ada, f"Look at /tasks/{task['id']}/")
    card = bob.locator("[data-card]")
    expect(card).to_have_attribute("data-status", "completed")
    expect(card.locator("[data-field=state]")).to_have_text("Completed")

    call(ada, "PATCH", f"/tasks/{task['id']}", {"title": "Locked out"})
    expect(card).to_contain_text("Locked out")
    call(ada, "DELETE", f"/tasks/{task['id']}/members/{name_of(bob)}")
    expect(card).to_have_count(0)


def test_reply_reaction_edit_and_deletion_show_on_the_other_side(enter: Enter):  # noqa: F811
    ada, bob = enter(), enter()
    talk(ada, bob)
    say(ada, "Ship it?")

    message = bob.locator("[data-message]")
    message.hover()
    message.locator("summary").click()
    message.get_by_role("button", name="✅").click()
    expect(ada.locator("[data-reactions] button")).to_have_attribute("title", name_of(bob))
    message.locator("summary").click()
    message.get_by_role("button", name="Reply").click()
    say(bob, "Yes")
    expect(ada.locator("[data-quote]:visible")).to_contain_text("Ship it?")

    ada.press(BOX, "ArrowUp")
    say(ada, "Ship it tomorrow?")
    expect(said(bob).first).to_have_text("Ship it tomorrow?")
    own = ada.locator("[data-message]").first
    own.hover()
    own.locator("summary").click()
    own.get_by_role("button", name="Delete").click()
    own.get_by_role("button", name="Delete for everybody?").click()
    expect(bob.locator("[data-message]").first).to_have_attribute("data-gone", "yes")


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_that_is_said_makes_the_page_wider_than_the_screen(enter: Enter, width: int):  # noqa: F811
    ada, bob = enter(viewport={"width": width, "height": 800}), enter()
    talk(ada, bob)

    for text in HOSTILE.values():
        say(ada, text)
    expect(said(bob)).to_have_count(len(HOSTILE))
    expect(bob.locator("[data-message] :is(script, img[onerror], a[href^=javascript])")).to_have_count(0)

    assert ada.evaluate("document.documentElement.scrollWidth") <= width
    box = "document.querySelector('[data-scroll]')"
    assert ada.evaluate(f"{box}.scrollWidth - {box}.clientWidth") <= 0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_chat_has_no_barrier_that_axe_finds(enter: Enter, theme: str, locale: str):  # noqa: F811
    ada, bob = enter(locale=locale), enter()
    ada.context.add_cookies([{"name": "theme", "value": theme, "url": ada.url}])
    path = talk(ada, bob, kind="public")
    say(ada, f"@{name_of(bob)} **look** at `this`")
    expect(said(bob)).to_have_count(1)

    found = {}
    for place in ("/chat/", path, f"{path}?q=look"):
        go(ada, place)
        ada.evaluate(AXE.read_text())
        result = ada.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        found[place] = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in result["violations"]]

    assert found == {place: [] for place in found}
