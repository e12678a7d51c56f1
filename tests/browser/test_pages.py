"""What every page owes its reader: live rows, both themes, both languages, no barrier."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
REQUIREMENT = """# Passwords

1. Lock the account for 15 minutes after 5 wrong passwords.
2. A name must have 3 to 80 characters.
"""


def generate(page: Page, requirement: str = REQUIREMENT) -> str:
    page.wait_for_selector("[data-connection=live]")
    page.fill("textarea[name=requirement]", requirement)
    page.press("textarea[name=requirement]", "Control+Enter")
    task = page.locator("[data-task]").first
    expect(task).to_have_attribute("data-status", "completed", timeout=60_000)
    return task.get_attribute("data-task") or ""


def test_the_task_manager_is_live_in_another_tab(signed_in: Callable[..., Page]):
    page = signed_in()
    manager = page.context.new_page()
    manager.goto("/tasks/")
    manager.wait_for_selector("[data-connection=live]")

    task_id = generate(page)

    row = manager.locator(f"[data-task='{task_id}']")
    expect(row).to_have_attribute("data-status", "completed")
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    expect(page.locator(f"[data-task='{task_id}']")).to_have_count(0)


def test_every_tab_agrees_about_the_bell(signed_in: Callable[..., Page]):
    page = signed_in()
    other = page.context.new_page()
    other.goto("/notifications/")
    other.wait_for_selector("[data-connection=live]")

    generate(page)
    expect(other.locator("[data-unread]").first).to_have_attribute("data-unread", "1")
    other.get_by_role("button", name="Mark all as read").first.click()

    for tab in (page, other):
        expect(tab.locator("[data-unread]").first).to_have_attribute("data-unread", "0")


def test_the_switches_change_theme_and_language_and_stay_on_the_page(signed_in: Callable[..., Page]):
    page = signed_in()
    page.goto("/tasks/")
    assert page.locator("html").get_attribute("data-theme") == "dark"

    page.locator("[data-theme-switch]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("[data-language-switch]").first.click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.url.endswith("/tasks/")
    expect(page.locator("h1")).to_contain_text("任务")


def test_a_thousand_cases_stand_on_one_page_down_to_the_last(signed_in: Callable[..., Page]):
    page = signed_in()
    rule = "{n}. The name of field {n} must have between {n} and {more} characters."
    many = "\n".join(rule.format(n=n, more=n + 20) for n in range(1, 241))
    task_id = generate(page, many)

    page.goto(f"/tasks/{task_id}/")
    cases = page.locator("[data-case]")
    assert cases.count() >= 1_000
    cases.last.scroll_into_view_if_needed()

    expect(cases.last.locator("li, td, p").last).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_page_has_a_barrier_that_axe_finds(signed_in: Callable[..., Page], theme: str, locale: str):
    page = signed_in(locale=locale)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    task_id = generate(page)

    found = {}
    for path in ("/", "/tasks/", f"/tasks/{task_id}/", "/notifications/", "/account/", "/accounts/password/"):
        page.goto(path)
        page.evaluate(AXE.read_text())
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        found[path] = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in result["violations"]]

    assert found == {path: [] for path in found}


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(signed_in: Callable[..., Page], width: int):
    page = signed_in(viewport={"width": width, "height": 800})
    task_id = generate(page)

    for path in ("/", "/tasks/", f"/tasks/{task_id}/", "/notifications/", "/account/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
