"""A task is shared by its dialog: it comes, changes and goes at once in the other's browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_chat import Enter, call, enter, go, name_of, said  # noqa: F401
from tests.live.product import until

STORY = {"requirement": "1. A name must have 3 to 80 characters.", "title": "Names"}


def finished_task(page: Page) -> str:
    """A task of whoever reads `page`, which ends on its own page."""
    task = str(call(page, "POST", "/tasks", STORY)["id"])
    go(page, f"/tasks/{task}/")
    expect(page.locator(f"[data-task='{task}']")).to_have_attribute("data-status", "completed")
    return task


def share(page: Page, other: Page, role: str) -> None:
    """By the dialog of the task's page."""
    if not page.locator("#share").is_visible():
        page.get_by_role("button", name="Share").first.click()
    form = page.locator("[data-add]")
    form.locator("[name=name]").fill(name_of(other))
    form.locator("select").select_option(role)
    form.get_by_role("button", name="Share").click()
    expect(page.locator(f"#people [data-person='{name_of(other)}']")).to_be_visible()


def button(page: Page, name: str) -> Locator:
    return page.locator(".task__actions").get_by_role("button", name=name)


def status(page: Page, method: str, path: str, **body: str) -> int:
    """What a script with the session of `page` is answered, in spite of what the page offers."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"X-CSRFToken": token}
    return page.request.fetch(f"/api/v1{path}", method=method, headers=headers, data=body or None).status


@pytest.fixture
def ada(enter: Enter) -> Page:  # noqa: F811
    return enter()


@pytest.fixture
def bob(enter: Enter) -> Page:  # noqa: F811
    return enter("/tasks/")


def test_a_shared_task_appears_at_once_with_its_room_and_an_invitation(ada: Page, bob: Page):
    rooms = go(bob.context.new_page(), "/chat/")
    task = finished_task(ada)

    share(ada, bob, "view")

    row = bob.locator(f"[data-task='{task}']")
    expect(row).to_have_attribute("data-role", "view", timeout=3_000)
    expect(row).to_contain_text(f"shared by {name_of(ada)}")
    expect(rooms.locator("[data-rooms]").get_by_role("link", name="Names")).to_be_visible(timeout=3_000)
    expect(bob.locator("[data-unread]").first).to_have_attribute("data-unread", "1")
    expect(bob.locator("[data-count=completed]").first).to_contain_text("1")
    row.get_by_role("link", name="Names").click()
    bob.get_by_role("link", name="Discuss").first.click()
    bob.wait_for_url("**/chat/*/")
    bob.fill("textarea[name=text]", "Shall we?")
    bob.press("textarea[name=text]", "Enter")
    expect(ada.locator("[data-unread-chat]")).to_have_attribute("data-unread-chat", re.compile("[1-9]"))


def test_who_may_look_is_offered_nothing_to_change_until_they_may_edit(ada: Page, bob: Page):
    task = finished_task(ada)
    share(ada, bob, "view")
    go(bob, f"/tasks/{task}/")
    for name in ("Retry", "Rename", "Delete"):
        expect(button(bob, name)).to_be_hidden()
    assert status(bob, "PATCH", f"/tasks/{task}", title="Mine") == 403

    ada.get_by_label(f"What {name_of(bob)} may do").select_option("edit")

    expect(button(bob, "Rename")).to_be_visible(timeout=3_000)
    expect(button(bob, "Delete")).to_be_hidden()
    button(bob, "Rename").click()
    bob.locator("#rename [name=title]").fill("Full names")
    bob.locator("#rename").get_by_role("button", name="Rename").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Full names", timeout=3_000)
    assert status(bob, "DELETE", f"/tasks/{task}") == 403


def test_a_task_shared_no_more_goes_at_once_from_every_page(ada: Page, bob: Page):
    task = finished_task(ada)
    share(ada, bob, "edit")
    row = bob.locator(f"[data-task='{task}']")
    expect(row).to_be_visible()
    reading = go(bob.context.new_page(), f"/tasks/{task}/")
    room = call(bob, "GET", "/rooms")["items"][0]["id"]
    rooms = go(bob.context.new_page(), "/chat/")
    expect(rooms.locator(f"a[href='/chat/{room}/']")).to_be_visible()

    ada.get_by_role("button", name=f"Remove: {name_of(bob)}").click()

    expect(row).to_have_count(0, timeout=3_000)
    expect(rooms.locator(f"a[href='/chat/{room}/']")).to_have_count(0, timeout=3_000)
    expect(reading.get_by_text("no longer shared with you")).to_be_visible(timeout=3_000)
    expect(reading.locator(".task__actions")).to_have_attribute("inert", "")
    assert [status(bob, "GET", path) for path in (f"/tasks/{task}", f"/rooms/{room}")] == [404, 404]


def test_who_leaves_a_task_is_gone_from_its_owners_dialog(ada: Page, bob: Page):
    task = finished_task(ada)
    share(ada, bob, "view")
    go(bob, f"/tasks/{task}/")

    bob.get_by_role("button", name="People").click()
    bob.get_by_role("button", name=f"Leave: {name_of(bob)}").click()

    bob.wait_for_url("**/tasks/")
    expect(bob.locator(f"[data-task='{task}']")).to_have_count(0)
    expect(ada.locator("#people [data-person]")).to_have_count(1, timeout=3_000)


def test_an_outsiders_pages_hear_nothing_of_a_task_that_is_shared(enter: Enter, ada: Page, bob: Page):  # noqa: F811
    eve = enter("/tasks/")
    frames: list[str] = []
    eve.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    eve.reload()
    until(lambda: (eve.title(), frames)[1], bool)
    task = finished_task(ada)

    share(ada, bob, "edit")
    ada.get_by_role("button", name=f"Remove: {name_of(bob)}").click()
    expect(bob.locator(f"[data-task='{task}']")).to_have_count(0)

    assert [frame for frame in frames if not re.match(r'\{"type":"(hello|heartbeat|queue)"', frame)] == []
    assert [frame for frame in frames if task in frame] == []
    assert eve.request.get(f"/tasks/{task}/").status == 404
