"""A finished task is told once, where its reader looks: a toast, or one pop-up."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.popups import allow, finish_a_task, look_elsewhere, one_pop_up, pop_ups, start_worker, tab
from tests.live.product import until

TOASTS = "[data-toast] [data-notification]"
LATER = "Date.now() + 61_000"


def bells(pages: list[Page], unread: str) -> None:
    for page in pages:
        expect(page.locator("[data-unread]").first).to_have_attribute("data-unread", unread)


def test_three_tabs_show_one_toast_no_pop_up_and_the_same_bell(signed_in: Callable[..., Page]):
    page = allow(signed_in())
    tabs = [page, tab(page.context, "/tasks/"), tab(page.context, "/notifications/?show=archived")]
    start_worker(page)

    finish_a_task(page)

    bells(tabs, "1")
    until(lambda: sum(one.locator(TOASTS).count() for one in tabs), bool)
    page.wait_for_timeout(1_000)
    assert sum(one.locator(TOASTS).count() for one in tabs) == 1
    assert pop_ups(page.context) == []


def test_what_a_toast_showed_is_seen_and_stays_unread(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")

    finish_a_task(page)

    expect(page.locator("#bell-panel [data-notification]")).to_have_attribute("data-seen", "yes")
    bells([page], "1")


def test_a_toast_goes_once_its_notification_is_read_elsewhere(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    finish_a_task(page)
    expect(page.locator(TOASTS)).to_have_count(1)

    tab(page.context, "/notifications/").get_by_role("button", name="Mark all as read").last.click()

    expect(page.locator(TOASTS)).to_have_count(0, timeout=5_000)


def test_tabs_that_nobody_looks_at_make_one_pop_up_and_no_toast(signed_in: Callable[..., Page]):
    page = allow(signed_in())
    tabs = [page, tab(page.context, "/tasks/"), tab(page.context, "/account/")]
    look_elsewhere(page.context)

    task_id = finish_a_task(page)

    bells(tabs, "1")
    assert one_pop_up(page.context)["data"]["navigate"].endswith(f"/tasks/{task_id}/")
    assert sum(one.locator(TOASTS).count() for one in tabs) == 0
    assert page.locator("#bell-panel [data-notification]").get_attribute("data-seen") == "no"


def test_a_page_in_front_that_nobody_touches_swallows_no_pop_up(signed_in: Callable[..., Page]):
    page = allow(signed_in())
    busy = tab(page.context, "/tasks/")
    for one in (page, busy):
        one.evaluate(f"(() => {{ const later = {LATER}; Date.now = () => later }})()")

    finish_a_task(page)

    assert one_pop_up(page.context)


def test_a_pop_up_goes_once_its_notification_is_read(signed_in: Callable[..., Page]):
    page = allow(signed_in())
    reader = tab(page.context, "/notifications/?show=archived")
    look_elsewhere(page.context)
    finish_a_task(page)
    one_pop_up(page.context)

    reader.get_by_role("button", name="Mark all as read").first.evaluate("button => button.click()")

    until(lambda: pop_ups(page.context), lambda shown: shown == [])


def test_nothing_pops_up_where_the_browser_was_turned_off(signed_in: Callable[..., Page]):
    page = allow(signed_in())
    start_worker(page)
    page.goto("/account/")
    page.get_by_role("button", name="Turn off in this browser").click()
    expect(page.locator("[data-permission]")).to_have_attribute("data-state", "default")
    page.goto("/")
    page.wait_for_selector("[data-connection=live]")
    look_elsewhere(page.context)

    finish_a_task(page)

    bells([page], "1")
    page.wait_for_timeout(1_000)
    assert pop_ups(page.context) == []
