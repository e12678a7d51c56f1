"""Ten cases are reviewed by keyboard, and arranged, while another browser looks on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_chat import Enter, call, enter, go, name_of  # noqa: F401

pytestmark = pytest.mark.timeout(180)
TITLES = [f"Case number {n}" for n in range(1, 11)]


def task_with_cases(page: Page, number: int = 10) -> str:
    """A task of whoever reads `page`, with cases of theirs alone. Returns its path; the page shows it."""
    made = call(page, "POST", "/tasks", {"requirement": "Nothing to test here.", "title": "Review"})
    go(page, f"/tasks/{made['id']}/")
    expect(page.locator(f"[data-task='{made['id']}']")).to_have_attribute("data-status", "completed")
    path = f"/tasks/{made['id']}"
    for case in call(page, "GET", f"{path}/cases")["items"]:
        call(page, "DELETE", f"{path}/cases/{case['key']}")
    for title in TITLES[:number]:
        steps = [{"action": "Open it", "expected": "It is open"}]
        call(page, "POST", f"{path}/cases", {"title": title, "steps": steps})
    go(page, f"{path}/")
    expect(cases(page)).to_have_count(number)
    return f"{path}/"


def cases(page: Page) -> Locator:
    return page.locator("[data-case]")


def case(page: Page, title: str) -> Locator:
    return page.locator("[data-case]", has=page.locator(".case__title", has_text=title))


def reviews(page: Page) -> list[str]:
    return list(page.eval_on_selector_all("[data-case]", "all => all.map(one => one.dataset.review)"))


def titles(page: Page) -> list[str]:
    return list(page.eval_on_selector_all(".case .case__title", "all => all.map(one => one.textContent)"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def ada(enter: Enter) -> Page:  # noqa: F811
    return enter("/tasks/")


def test_ten_cases_are_reviewed_by_keyboard_before_anothers_eyes(enter: Enter, ada: Page):  # noqa: F811
    bob = enter("/tasks/")
    path = task_with_cases(ada)
    call(ada, "PUT", f"{path}members/{name_of(bob)}", {"role": "view"})
    go(bob, path)

    for number in range(10):
        press(ada, "j", "r" if number % 3 == 2 else "a")
    wanted = ["rejected" if number % 3 == 2 else "accepted" for number in range(10)]

    for page in (ada, bob):
        expect(page.locator("[data-reviewed]")).to_have_text("10 of 10 reviewed")
        assert reviews(page) == wanted
    expect(ada.locator("[data-case-said]")).to_contain_text("TC-")
    expect(cases(ada).nth(9)).to_be_focused()
    expect(bob.locator("[data-do=accept]").first).to_be_hidden()


def test_reviews_are_undone_one_by_one_also_after_a_reload(ada: Page):
    path = task_with_cases(ada, 3)
    press(ada, "j", "a", "r", "j", "a")
    expect(cases(ada).nth(1)).to_have_attribute("data-review", "accepted")

    press(ada, "u")
    expect(cases(ada).nth(1)).to_have_attribute("data-review", "draft")
    go(ada, path)
    press(ada, "u")
    expect(cases(ada).nth(0)).to_have_attribute("data-review", "accepted")
    press(ada, "u")

    expect(cases(ada).nth(0)).to_have_attribute("data-review", "draft")
    expect(ada.locator("[data-undo]")).to_be_disabled()


def test_keys_are_only_letters_while_somebody_types_and_can_be_turned_off(ada: Page):
    task_with_cases(ada, 2)
    press(ada, "j")
    ada.locator("[data-case-filter] [name=text]").press_sequentially("jar")
    ada.locator("[data-case-filter] [type=reset]").click()
    assert reviews(ada) == ["draft", "draft"]

    cases(ada).first.focus()
    press(ada, "?")
    expect(ada.locator("#case-keys")).to_be_visible()
    ada.locator("[data-keys-on]").uncheck()
    press(ada, "Escape")
    cases(ada).first.focus()
    press(ada, "a", "j")

    expect(cases(ada).first).to_be_focused()
    assert reviews(ada) == ["draft", "draft"]


def test_a_selection_is_tagged_filtered_accepted_and_deleted(ada: Page):
    task_with_cases(ada, 4)
    for title in TITLES[:2]:
        case(ada, title).locator("[name=keys]").check()
    ada.locator("[data-case-picks] [name=tags]").fill("smoke, web")
    ada.press("[data-case-picks] [name=tags]", "Enter")
    expect(ada.locator(".chip--tag")).to_have_count(4)

    ada.locator("[data-case-filter] [name=tag]").select_option("smoke")
    ada.locator("[data-pick-shown]").check()
    ada.locator("[data-many][value=accept]").click()
    expect(ada.locator("[data-case][data-review=accepted]")).to_have_count(2)
    case(ada, TITLES[0]).locator("[name=keys]").check()
    ada.locator("[data-many][value=delete]").click()
    expect(cases(ada)).to_have_count(3)
    ada.locator("[data-undo]").click()

    expect(cases(ada)).to_have_count(4)


def test_cases_change_places_by_buttons_and_by_drag_on_both_pages(enter: Enter, ada: Page):  # noqa: F811
    ada.set_viewport_size({"width": 1280, "height": 1600})
    path = task_with_cases(ada, 4)
    other = go(ada.context.new_page(), path)
    one, two, three, four = TITLES[:4]

    case(ada, one).locator("[data-do=more]").click()
    case(ada, one).locator("[data-do=down]").click()
    for page in (ada, other):
        expect(page.locator(".case .case__title")).to_have_text([two, one, three, four])
    expect(case(ada, one).locator("[data-do=down]")).to_be_focused()
    case(ada, four).locator(".case__key").drag_to(case(ada, two), target_position={"x": 60, "y": 4})

    for page in (ada, other):
        expect(page.locator(".case .case__title")).to_have_text([four, two, one, three])
    press(ada, "u")
    expect(other.locator(".case .case__title")).to_have_text([two, one, three, four])
