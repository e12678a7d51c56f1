"""What is offered at the screen's lower edge to whoever works through many cases, and in the export menu."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_cases_review import TITLES, case, cases, press, task_with_cases
from tests.browser.test_chat import Enter, enter  # noqa: F401
from tests.browser.test_pages import generate

pytestmark = pytest.mark.timeout(180)
BAR = "[data-case-picks]"


@pytest.fixture
def ada(enter: Enter) -> Page:  # noqa: F811
    return enter("/tasks/")


def test_the_bar_comes_with_the_first_pick_and_goes_with_the_last(ada: Page):
    task_with_cases(ada)
    expect(ada.locator(BAR)).to_be_hidden()

    cases(ada).last.locator("[name=keys]").check()
    expect(ada.locator(BAR)).to_be_in_viewport(ratio=1)
    cases(ada).first.scroll_into_view_if_needed()
    expect(ada.locator(BAR)).to_be_in_viewport(ratio=1)
    ada.locator(f"{BAR} [value=accept]").click()

    expect(cases(ada).last).to_have_attribute("data-review", "accepted")
    expect(ada.locator(BAR)).to_be_hidden()
    expect(cases(ada).last).to_be_focused()


def test_picked_cases_move_to_another_section(signed_in: Callable[..., Page]):
    page = signed_in()
    page.goto(f"/tasks/{generate(page)}/")
    page.wait_for_selector("[data-connection=live]")
    moved, title = (
        page.locator("[data-section=''] .case__title"),
        page.locator(".case__title").first.inner_text(),
    )
    expect(moved).to_have_count(0)

    cases(page).first.locator("[name=keys]").check()
    page.locator(f"{BAR} [name=section]").select_option("")
    page.locator(f"{BAR} [value=move]").click()
    expect(moved).to_have_text([title])
    page.locator("[data-undo-said]").click()

    expect(moved).to_have_count(0)
    expect(page.locator("[data-undo-said]")).to_be_hidden()


def test_a_case_that_is_deleted_is_brought_back_from_where_that_is_said(ada: Page):
    task_with_cases(ada)
    case(ada, TITLES[-1]).locator("[data-do=more]").click()
    case(ada, TITLES[-1]).locator("[data-do=delete]").click()
    expect(case(ada, TITLES[-1])).to_have_count(0)

    expect(ada.locator("[data-undo-said]")).to_be_in_viewport(ratio=1)
    ada.locator("[data-undo-said]").click()

    expect(case(ada, TITLES[-1])).to_have_count(1)


def test_a_case_is_no_longer_picked_once_nothing_is_asked_for_it(ada: Page):
    task_with_cases(ada, 1)
    cases(ada).first.locator("[data-do=more]").click()
    cases(ada).first.locator("[data-again]").click()
    expect(ada.locator("[data-picked-keys]")).not_to_be_empty()

    press(ada, "Escape")

    expect(cases(ada).first.locator("[name=keys]")).not_to_be_checked()


def test_accepted_cases_are_exported_alone(ada: Page):
    task_with_cases(ada, 3)
    press(ada, "j", "j", "a")
    expect(cases(ada).nth(1)).to_have_attribute("data-review", "accepted")

    ada.get_by_role("button", name="Export").click()
    ada.get_by_label("Accepted cases only").check()

    assert exported(ada) == [TITLES[1]]
    ada.get_by_label("Accepted cases only").uncheck()
    assert exported(ada) == TITLES[:3]


def exported(page: Page) -> list[str]:
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV (.csv)", exact=True).click()
    text = download.value.path().read_text("utf-8-sig")
    return [row["Title"] for row in csv.DictReader(io.StringIO(text))]
