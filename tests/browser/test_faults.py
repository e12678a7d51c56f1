"""What open pages owe their readers when news and answers come in a bad order, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.endpoint import ScriptedEndpoint
from tests.live.product import Product, until

CALL = """async ([method, path, body]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json" }
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
  return { status: answer.status, body: await answer.json().catch(() => null) }
}"""
MAKE_NOTES = """
from datetime import UTC, datetime, timedelta
from core.models import User
from realtime.models import Notification
ada, first = User.objects.get(username="{name}"), datetime(2026, 1, 1, tzinfo=UTC)
for n in range({count}):
    made = first + timedelta(hours=n)
    Notification.objects.create(user=ada, kind="system", title=f"Note {{n}}", created_at=made)
"""
PANEL = "[data-notes=latest] [data-notification]"
Held = list[tuple[Route, APIResponse]]


@pytest.fixture
def product(modelled: Product, endpoint: ScriptedEndpoint) -> Product:
    return modelled


def call(page: Page, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Use the API as the page's own user."""
    answer = page.evaluate(CALL, [method, path, body])
    assert answer["status"] < 300, answer
    return answer["body"]


def finished_task(page: Page, requirement: str, title: str) -> str:
    """A task of the page's user that has ended. The page is one that shows it."""
    task = call(page, "POST", "/tasks", {"requirement": requirement, "title": title})["id"]
    expect(row_of(page, task)).to_have_attribute("data-status", "completed", timeout=30_000)
    return str(task)


def row_of(page: Page, task: str) -> Any:
    return page.locator(f"[data-task='{task}']")


def opened(page: Page, path: str) -> Page:
    """Another tab, live."""
    tab = page.context.new_page()
    tab.goto(path)
    tab.wait_for_selector("[data-connection=live]")
    return tab


def hold(page: Page, address: str | re.Pattern[str]) -> Held:
    """Let the server answer at once, and keep its answers from the page."""
    held: Held = []
    page.route(address, lambda route: held.append((route, route.fetch())), times=1)
    return held


def wait_for(page: Page, held: Held) -> None:
    def look() -> Held:
        page.wait_for_timeout(20)  # routes are called while the page waits
        return held

    until(look, bool)


def release(page: Page, held: Held) -> None:
    for route, answer in held:
        route.fulfill(response=answer)


def order_of(page: Page) -> Sequence[str]:
    """Sections and keys from the top of the page to its end."""
    marked = "found => found.map(one => one.dataset.section ?? one.dataset.case)"
    return list(page.eval_on_selector_all("[data-cases] :is([data-section], [data-case])", marked))


def panel_titles(page: Page) -> Sequence[str]:
    """What the bell's panel lists, open or not."""
    return list(
        page.eval_on_selector_all(f"{PANEL} [data-field=title]", "found => found.map(one => one.textContent)")
    )


def make_notes(page: Page, product: Product, count: int) -> None:
    name = call(page, "GET", "/me")["name"]
    product.manage("shell", "--verbosity=0", "--command", MAKE_NOTES.format(name=name, count=count))


def test_a_server_out_of_reach_costs_nothing_that_was_typed(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    page.fill("textarea[name=requirement]", "Lock the account after 5 wrong passwords.")
    page.context.set_offline(True)

    page.press("textarea[name=requirement]", "Control+Enter")

    expect(page.locator("#toasts")).to_contain_text("can't be reached")
    assert page.input_value("textarea[name=requirement]") == "Lock the account after 5 wrong passwords."
    expect(page.locator("#toasts")).to_contain_text("Nothing is lost")
    page.context.set_offline(False)
    page.press("textarea[name=requirement]", "Control+Enter")
    expect(page.locator("[data-task]").first).to_have_attribute("data-status", "completed", timeout=30_000)
    assert page.input_value("textarea[name=requirement]") == ""


def test_a_search_keeps_rows_that_match_by_their_requirement(signed_in: Callable[..., Page]):
    page = signed_in()
    task = finished_task(page, "The zebra is shown after 3 seconds.", "Animals")
    manager = opened(page, "/tasks/?q=zebra")
    completed = opened(page, "/tasks/?q=zebra&status=completed")
    assert row_of(manager, task).count() == row_of(completed, task).count() == 1

    call(page, "PATCH", f"/tasks/{task}", {"title": "Beasts"})

    expect(row_of(page, task).locator("[data-field=title]").first).to_have_text("Beasts")
    expect(row_of(manager, task).locator("[data-field=title]")).to_have_text("Beasts")
    expect(row_of(completed, task)).to_have_count(1)


def test_seeing_old_notifications_leaves_the_bells_panel_as_it_was(
    signed_in: Callable[..., Page], product: Product
):
    page = signed_in()
    make_notes(page, product, 40)
    page.reload()
    page.wait_for_selector("[data-connection=live]")
    newest = [f"Note {n}" for n in range(39, 31, -1)]
    assert panel_titles(page) == newest

    other = opened(page, "/notifications/")
    other.get_by_role("link", name="Load more").click()
    expect(other.locator("[data-notes=all] [data-notification]")).to_have_count(40)
    other.get_by_role("button", name="Mark all as read").first.click()
    expect(page.locator("[data-bell]")).to_have_attribute("data-unread", "0")

    assert panel_titles(page) == newest


def test_an_archived_notification_leaves_every_open_page(signed_in: Callable[..., Page], product: Product):
    page = signed_in()
    make_notes(page, product, 3)
    page.reload()
    page.wait_for_selector("[data-connection=live]")
    listed = opened(page, "/notifications/")
    notes = call(page, "GET", "/notifications")["items"]

    call(page, "POST", "/notifications/archive", {"ids": [notes[1]["id"]]})

    for tab in (page, listed):
        expect(tab.locator("[data-bell]")).to_have_attribute("data-unread", "2")
        assert panel_titles(tab) == ["Note 2", "Note 0"]
        assert tab.locator("#toasts [data-notification]").count() == 0
    expect(listed.locator("[data-notes=all] [data-notification]")).to_have_count(2)


def test_what_changes_while_the_page_is_read_again_is_kept(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    kept = finished_task(page, "A name has at most 20 characters.", "Names")
    gone = finished_task(page, "A code has at most 6 digits.", "Codes")
    case = call(page, "GET", f"/tasks/{kept}/cases")["items"][0]
    held = hold(page, page.url)
    call(page, "DELETE", f"/tasks/{gone}")
    wait_for(page, held)

    changed = {"rev": case["rev"], "title": "A better title"}
    call(page, "PATCH", f"/tasks/{kept}/cases/{case['key']}", changed)
    call(page, "PATCH", f"/tasks/{kept}", {"title": "Better names"})
    title = row_of(page, kept).locator("[data-field=title]").first
    expect(title).to_have_text("Better names")
    release(page, held)

    expect(page.locator(f"[data-latest] [data-task='{kept}']")).to_have_count(1)
    expect(title).to_have_text("Better names")
    expect(page.locator(f"[data-case='{case['key']}'] [data-field=title]")).to_have_text("A better title")


def test_what_changes_while_a_filter_is_answered_is_kept(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    task = finished_task(page, "A name has at most 20 characters.", "Names")
    other = finished_task(page, "A short name has at most 10 characters.", "Short names")
    page.goto("/tasks/")
    page.wait_for_selector("[data-connection=live]")
    held = hold(page, re.compile(r"/tasks/\?.*q=name"))
    page.fill("#task-filter [type=search]", "name")
    wait_for(page, held)

    call(page, "PATCH", f"/tasks/{task}", {"title": "Better names"})
    call(page, "DELETE", f"/tasks/{other}")
    expect(row_of(page, other)).to_have_count(0)
    release(page, held)

    page.wait_for_url("**q=name*")
    expect(row_of(page, other)).to_have_count(0)
    expect(row_of(page, task).locator("[data-field=title]")).to_have_text("Better names")


def test_an_ended_task_tells_no_time_left(signed_in: Callable[..., Page], product: Product):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    task = finished_task(page, "A name has at most 20 characters.", "Names")

    stale = f"from generator.models import Task; Task.objects.filter(pk='{task}').update(eta_seconds=40)"
    product.manage("shell", "--verbosity=0", "--command", stale)

    for path in ("/", "/tasks/", f"/tasks/{task}/"):
        page.goto(path)
        expect(row_of(page, task).locator("[data-field=eta]")).to_have_text("")


def test_sections_of_one_title_are_in_one_order_live_and_fresh(
    signed_in: Callable[..., Page], endpoint: ScriptedEndpoint
):
    endpoint.tokens_per_second = 300
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    names = [("Limit", "first"), ("Size", "second"), ("Limit", "third"), ("Size", "fourth")]
    rule = "{n}. The {which} list {n} has at most {n}0 names."
    parts = [
        "\n".join([f"## {title}\n", *(rule.format(n=n, which=which) for n in range(1, 5))])
        for title, which in names
    ]

    page.fill("textarea[name=requirement]", "# Lists\n\n" + "\n\n".join(parts))
    page.press("textarea[name=requirement]", "Control+Enter")
    expect(page.locator("[data-task]").first).to_have_attribute("data-status", "completed", timeout=40_000)
    page.evaluate("new Promise(requestAnimationFrame)")  # what came last is drawn with the next frame
    live = order_of(page)
    page.reload()

    assert [mark for mark in live if "TC" not in mark] == ["Limit", "Size"]
    assert live == order_of(page)
