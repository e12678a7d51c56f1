"""What the requirement form owes its writer, with and without scripts: one task a wish, no word lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.live.disk import full_disk
from tests.live.product import Product

STORY = "Lock the account after 5 wrong passwords."
BOX = "textarea[name=requirement]"
BUTTON = "#request-form button[type=submit]"


def tasks_of(page: Page) -> int:
    """How many tasks the page's user has."""
    counts = page.context.request.get("/api/v1/tasks").json()["counts"]
    return sum(counts.values())


def test_a_full_disk_costs_nothing_that_was_typed(signed_in: Callable[..., Page], product: Product):
    page = signed_in()
    page.fill(BOX, STORY)
    with full_disk(product):
        page.press(BOX, "Control+Enter")
        expect(page.locator("#toasts")).to_contain_text("can't reach its database right now")
        assert page.input_value(BOX) == STORY

    page.press(BOX, "Control+Enter")

    expect(page.locator("[data-task]")).to_have_attribute("data-status", "completed", timeout=30_000)
    assert page.input_value(BOX) == ""


def test_without_scripts_back_brings_the_text_again(signed_in: Callable[..., Page], product: Product):
    page = signed_in(java_script_enabled=False)
    page.fill(BOX, STORY)
    with full_disk(product):
        page.click(BUTTON)
        expect(page.locator("h1")).to_contain_text("503")
        expect(page.locator("main")).to_contain_text("Back button")

    page.go_back()
    assert page.input_value(BOX) == STORY
    page.click(BUTTON)

    page.wait_for_url("**/tasks/*/")
    assert tasks_of(page) == 1


def test_without_scripts_a_double_click_is_one_task(signed_in: Callable[..., Page]):
    page = signed_in(java_script_enabled=False)
    page.fill(BOX, STORY)

    page.dblclick(BUTTON)

    page.wait_for_url("**/tasks/*/")
    assert tasks_of(page) == 1


def test_with_scripts_pressing_twice_is_one_task_and_the_same_text_later_is_a_second(
    signed_in: Callable[..., Page],
):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    page.fill(BOX, STORY)
    page.evaluate("for (const _ of [1, 2, 3]) document.getElementById('request-form').requestSubmit()")
    expect(page.locator(BOX)).to_have_value("")
    expect(page.locator("[data-task]")).to_have_count(1)
    assert page.locator("[data-errors] li").count() == 0
    assert tasks_of(page) == 1

    page.fill(BOX, STORY)
    page.press(BOX, "Control+Enter")

    expect(page.locator("[data-task]")).to_have_count(2)
    assert tasks_of(page) == 2
