"""With every page closed a push tells, and a click leads to the task: real encryption, a real worker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.popups import (
    PushService,
    allow,
    click,
    finish_a_task,
    look_elsewhere,
    one_pop_up,
    pop_ups,
    start_worker,
    tab,
    use_push_service,
)
from tests.live.product import Product, until
from tests.push_server import Browser, PushServer

CARD = "[data-permission]"


@pytest.fixture(scope="module")
def push_server() -> Iterator[PushServer]:
    with PushServer() as server:
        yield server


@pytest.fixture(scope="module")
def pushed_product(tmp_path_factory: pytest.TempPathFactory, push_server: PushServer) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("pushed"), PUSH_HOSTS=push_server.host)
    yield product
    product.stop()


@pytest.fixture
def product(pushed_product: Product) -> Product:
    return pushed_product


@pytest.fixture
def browser(push_server: PushServer) -> Browser:
    return push_server.browser()


@pytest.fixture
def subscribed(signed_in: Callable[..., Page], browser: Browser) -> Page:
    """The account page of a reader who has connected this browser to its push service."""
    page = signed_in()
    use_push_service(page.context, browser)
    page.goto("/account/")
    page.context.grant_permissions(["notifications"])
    page.get_by_role("button", name="Connect to the push service").click()
    expect(page.locator(CARD)).to_have_attribute("data-state", "pushed")
    return page


def payload(**notification: Any) -> dict[str, Any]:
    told = {"title": "“Names” is done", "body": "3 cases", "navigate": "/tasks/", "tag": "one"}
    return {"web_push": 8030, "notification": told | notification}


def told(page: Page, **notification: Any) -> dict[str, Any]:
    """The pop-up of a push that came while nobody looked."""
    look_elsewhere(page.context)
    PushService(page.context, page).deliver(payload(**notification))
    return one_pop_up(page.context)


def quiet_page(signed_in: Callable[..., Page], path: str) -> Page:
    page = allow(signed_in())
    start_worker(page)
    page.goto(path)
    page.wait_for_selector("[data-connection=live]")
    return page


def test_with_every_page_closed_the_push_is_shown(
    subscribed: Page, browser: Browser, push_server: PushServer
):
    context = subscribed.context
    last = tab(context, "/")
    look_elsewhere(context)
    service = PushService(context, context.pages[-1])
    task_id = finish_a_task(last)
    for page in context.pages[:-1]:
        page.close()
    [push] = until(lambda: browser.received, bool)

    service.deliver(push.payload)

    shown = one_pop_up(context)
    assert shown["data"]["navigate"].endswith(f"/tasks/{task_id}/")
    assert push_server.wrongs == []
    assert shown["title"] == push.payload["notification"]["title"]


def test_a_page_in_front_needs_no_pop_up_for_a_push(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/")

    PushService(page.context, page).deliver(payload())

    page.wait_for_timeout(1_000)
    assert pop_ups(page.context) == []


def test_a_page_in_front_without_a_connection_does(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/")
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.wait_for_selector("[data-connection=offline]")

    PushService(page.context, page).deliver(payload())

    assert one_pop_up(page.context)["tag"] == "one"


def test_tab_and_push_together_are_one_pop_up(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/")
    service = PushService(page.context, page)
    look_elsewhere(page.context)
    finish_a_task(page)
    shown = one_pop_up(page.context)

    service.deliver(payload(**{part: shown[part] for part in ("title", "body", "tag")}))

    page.wait_for_timeout(1_000)
    assert len(pop_ups(page.context)) == 1


def test_a_click_comes_back_to_the_tab_that_is_on_the_task(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/tasks/")
    tab(page.context, "/account/")

    asked = click(page.context, told(page, navigate="/tasks/"))

    assert asked == [["focus", page.url]]


def test_a_click_leads_another_tab_to_the_task(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/account/")

    click(page.context, told(page, navigate="/notifications/?show=unread"))

    page.wait_for_url("**/notifications/?show=unread")


def test_a_click_takes_no_typed_text_away(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/")
    page.fill("textarea[name=requirement]", "Half a requirement")

    asked = click(page.context, told(page, navigate="/tasks/"))

    assert asked == [["open", page.url + "tasks/"]]
    assert page.input_value("textarea[name=requirement]") == "Half a requirement"


@pytest.mark.parametrize(
    "navigate", ["https://evil.example/", "javascript:alert(1)", "//evil.example", "http://["]
)
def test_a_click_never_leaves_the_site(signed_in: Callable[..., Page], navigate: str):
    page = quiet_page(signed_in, "/")

    shown = told(page, title="<img src=x onerror=alert(1)>" * 90, navigate=navigate)

    assert shown["data"]["navigate"] == page.url + "notifications/"
    assert shown["title"].startswith("<img src=x")
    assert len(shown["title"]) == 200


def test_a_push_that_cannot_be_read_leads_to_the_list(signed_in: Callable[..., Page]):
    page = quiet_page(signed_in, "/")
    look_elsewhere(page.context)

    PushService(page.context, page).deliver("no JSON")

    shown = one_pop_up(page.context)
    assert (shown["title"], shown["data"]["navigate"]) == ("Caseloom", page.url + "notifications/")


def test_the_account_lists_this_browser_and_removes_it(subscribed: Page):
    device = subscribed.locator("[data-device]")
    expect(device).to_contain_text("Chrome, Linux")
    expect(device.locator("[data-here]")).to_be_visible()

    device.get_by_role("button", name="Remove").click()

    expect(subscribed.locator("[data-device]")).to_have_count(0)
    expect(subscribed.locator(CARD)).to_have_attribute("data-state", "tabs")


def test_who_signs_out_leaves_nothing_on_the_machine(subscribed: Page):
    context = subscribed.context
    assert told(subscribed)
    subscribed.bring_to_front()
    removed = []
    context.on("response", lambda answer: removed.append((answer.request.method, answer.status)))

    subscribed.get_by_role("button", name="Account menu").click()
    subscribed.get_by_role("button", name="Sign out").click()

    subscribed.wait_for_url("**/accounts/login/**")
    assert ("DELETE", 204) in removed
    assert pop_ups(context) == []
    assert subscribed.evaluate("localStorage.getItem('fake-push-service')") is None
