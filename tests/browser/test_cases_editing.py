"""Two browsers work on the same case: both see it, neither loses text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_cases_review import TITLES, case, press, task_with_cases
from tests.browser.test_chat import Enter, call, enter, go, name_of  # noqa: F401

pytestmark = pytest.mark.timeout(180)
FIRST = TITLES[0]


@pytest.fixture
def ada(enter: Enter) -> Page:  # noqa: F811
    return enter("/tasks/")


@pytest.fixture
def bob(enter: Enter) -> Page:  # noqa: F811
    return enter("/tasks/")


@pytest.fixture
def path(ada: Page, bob: Page) -> str:
    """Of a task that both may change; both look at it."""
    path = task_with_cases(ada, 2)
    call(ada, "PUT", f"{path}members/{name_of(bob)}", {"role": "edit"})
    go(bob, path)
    return path


def form(page: Page) -> Locator:
    return page.locator("[data-case-form]")


def edit(page: Page, title: str = FIRST) -> Locator:
    case(page, title).locator("[data-do=edit]").click()
    expect(form(page).locator("[name=title]")).to_be_focused()
    return form(page)


def first(page: Page) -> Locator:
    return page.locator("[data-case]").first


def test_a_case_is_edited_in_its_card_and_changes_on_every_page(ada: Page, bob: Page, path: str):
    press(ada, "j", "e")
    opened = form(ada)
    expect(opened.locator("[name=title]")).to_be_focused()
    opened.locator("[name=title]").fill("Fifth try")
    opened.get_by_role("button", name="Add a step").click()
    opened.locator("[name=action]").last.fill("Try again")
    opened.locator("[data-row]:has([name=action])").last.locator("[data-row-do=up]").click()
    opened.locator("[name=tags]").fill("smoke")
    press(ada, "Control+Enter")

    expect(form(ada)).to_have_count(0)
    for page in (ada, bob):
        expect(first(page).locator(".case__title")).to_have_text("Fifth try")
        expect(first(page).locator(".steps td:first-child")).to_have_text(["Try again", "Open it"])
        expect(first(page).locator(".chip--tag")).to_have_text(["smoke"])
    expect(first(ada)).to_be_focused()
    press(ada, "u")
    expect(first(bob).locator(".case__title")).to_have_text(FIRST)


def test_two_browsers_edit_the_same_case_and_neither_loses_text(ada: Page, bob: Page, path: str):
    mine, theirs = edit(ada), edit(bob)
    mine.locator("[name=title]").fill("Ada's title")
    mine.locator("[name=data]").fill("Ada's data")
    theirs.locator("[name=title]").fill("Bob's title")
    press(bob, "Control+Enter")

    expect(first(ada).locator(".case__title")).to_have_text("Bob's title")
    expect(mine.locator("[data-meanwhile]")).to_contain_text(f"{name_of(bob)} changed this case meanwhile")
    expect(mine.locator("[name=title]")).to_have_value("Ada's title")
    press(ada, "Control+Enter")
    conflict = form(ada).locator("[data-conflict]")
    expect(conflict.locator("[data-side=theirs]").first).to_have_text("Bob's title")
    expect(conflict.locator("[data-side=mine]").first).to_have_text("Ada's title")
    form(ada).locator("[name=title]").fill("Ada's and Bob's title")
    form(ada).locator("[data-save]").click()

    for page in (ada, bob):
        expect(first(page).locator(".case__title")).to_have_text("Ada's and Bob's title")
        expect(first(page)).to_contain_text("Ada's data")
    first(bob).locator("[data-do=more]").click()
    first(bob).locator("[data-do=history]").click()
    expect(first(bob).locator("[data-history]")).to_contain_text("Bob's title")


def test_theirs_is_taken_and_a_former_version_is_restored_from_the_history(ada: Page, bob: Page, path: str):
    mine, theirs = edit(ada), edit(bob)
    theirs.locator("[name=title]").fill("Bob's title")
    press(bob, "Control+Enter")
    expect(form(bob)).to_have_count(0)
    mine.locator("[name=title]").fill("Ada's title")
    press(ada, "Control+Enter")
    form(ada).get_by_role("link", name="Take theirs").click()
    expect(form(ada)).to_have_count(0)
    expect(first(ada).locator(".case__title")).to_have_text("Bob's title")

    first(ada).locator("[data-do=more]").click()
    first(ada).locator("[data-do=history]").click()
    first(ada).locator("[data-history] [name=rev]").first.click()

    for page in (ada, bob):
        expect(first(page).locator(".case__title")).to_have_text(FIRST)


def test_a_review_of_another_neither_wipes_nor_stops_an_edit(ada: Page, bob: Page, path: str):
    mine = edit(ada)
    mine.locator("[name=title]").fill("Ada's title")
    press(bob, "j", "a")
    expect(first(ada)).to_have_attribute("data-review", "accepted")
    expect(mine.locator("[name=title]")).to_be_focused()

    press(ada, "Control+Enter")

    for page in (ada, bob):
        expect(first(page).locator(".case__title")).to_have_text("Ada's title")
        expect(first(page)).to_have_attribute("data-review", "accepted")


def test_what_is_typed_outlives_a_deletion_and_a_page_that_is_read_again(ada: Page, bob: Page, path: str):
    mine = edit(ada)
    mine.locator("[name=title]").fill("Ada's title")
    ada.evaluate("document.dispatchEvent(new Event('page:stale'))")
    expect(ada.locator("[data-task-page]:not(:has(.nowhere)) [data-case-form] [name=title]")).to_have_value(
        "Ada's title"
    )
    call(bob, "DELETE", f"{path}cases/{first(bob).get_attribute('data-case')}")
    expect(bob.locator("[data-case]")).to_have_count(1)
    expect(form(ada).locator("[data-meanwhile]")).to_contain_text("deleted meanwhile")

    form(ada).locator("[data-save]").click()
    form(ada).get_by_role("button", name="Bring it back and save").click()

    for page in (ada, bob):
        expect(case(page, "Ada's title")).to_have_count(1)


def test_a_case_is_written_by_hand_and_appears_for_both(ada: Page, bob: Page, path: str):
    ada.locator("[data-write]").click()
    form(ada).locator("[name=title]").fill("By hand")
    form(ada).locator("[data-save]").click()

    expect(case(bob, "By hand")).to_be_visible()
    expect(case(ada, "By hand")).to_be_focused()
    expect(form(ada)).to_have_count(0)


def test_without_scripts_the_same_forms_do_it(enter: Enter, ada: Page):  # noqa: F811
    path = task_with_cases(ada, 1)
    plain = ada.context.browser.new_context(java_script_enabled=False)
    plain.add_cookies(ada.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(ada.url.split("/tasks/")[0] + path)
    page.locator("[data-do=edit]").click()
    page.locator("[name=title]").fill("Plain")
    page.locator("[data-save]").click()
    page.locator("[data-do=reject]").click()

    expect(page.locator("[data-case] .case__title")).to_have_text("Plain")
    expect(page.locator("[data-case]")).to_have_attribute("data-review", "rejected")
    expect(case(ada, "Plain")).to_have_attribute("data-review", "rejected")
    plain.close()
