"""The card says what notifications this browser gives and why not more, and the site can be installed."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import FLAGS
from tests.browser.popups import allow
from tests.live.product import Product

CARD = "[data-permission]"
PLACES = ["/account/", "/notifications/"]
NO_PUSH_SERVICE = "PushManager.prototype.subscribe = () => new Promise(() => {})"
DENIED = "Object.defineProperty(Notification, 'permission', {get: () => 'denied'})"
INSECURE = "Object.defineProperty(window, 'isSecureContext', {value: false})"
UNSUPPORTED = "delete window.Notification"


@pytest.fixture
def card(signed_in: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a page with the card in a browser that is as `script` makes it."""

    def open_card(script: str = "", path: str = "/account/") -> Page:
        page = signed_in()
        if script:
            page.context.add_init_script(script)
        page.goto(path)
        return page

    return open_card


def expect_card(page: Page, state: str, words: str) -> None:
    expect(page.locator(CARD)).to_have_attribute("data-state", state)
    expect(page.locator(f"{CARD} > p:visible").first).to_contain_text(words)


@pytest.mark.parametrize("path", PLACES)
def test_it_offers_notifications_and_asks_only_when_its_button_is_pressed(
    card: Callable[..., Page], path: str
):
    page = card(
        "Notification.requestPermission = async () => { window.asked = true; return 'default' }", path
    )

    expect_card(page, "default", "Off.")
    assert page.evaluate("window.asked") is None
    page.get_by_role("button", name="Allow browser notifications").click()

    page.wait_for_function("window.asked")
    expect_card(page, "default", "Off.")


@pytest.mark.parametrize(
    ("script", "state", "words"),
    [
        (DENIED, "denied", "Blocked in this browser."),
        (INSECURE, "insecure", "only over HTTPS"),
        (UNSUPPORTED, "unsupported", "add Caseloom to the home screen"),
    ],
)
def test_it_says_why_there_are_none_and_what_helps(
    card: Callable[..., Page], script: str, state: str, words: str
):
    page = card(script)

    expect_card(page, state, words)
    expect(page.locator(f"{CARD} button:visible")).to_have_count(0)


def test_a_push_service_that_never_answers_is_given_up_and_named(card: Callable[..., Page]):
    page = card(NO_PUSH_SERVICE)
    allow_here(page)
    expect_card(page, "tabs", "On while a page of Caseloom is open")

    page.get_by_role("button", name="Connect to the push service").click()

    expect_card(page, "subscribing", "up to 10 seconds")
    expect(page.locator(CARD)).to_have_attribute("data-state", "unreachable", timeout=12_000)
    expect_card(page, "unreachable", "keep a tab open")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def allow_here(page: Page) -> None:
    allow(page)
    expect(page.locator(CARD)).to_be_visible()


def test_the_card_follows_a_permission_that_is_changed_beside_the_address(card: Callable[..., Page]):
    page = card()
    expect_card(page, "default", "Off.")

    page.context.grant_permissions(["notifications"])

    expect_card(page, "tabs", "On while a page of Caseloom is open")


@pytest.fixture
def profile(chromium: Browser, tmp_path: Path, product: Product) -> Iterator[BrowserContext]:
    """A browser with a profile of its own: nothing can be installed in a private window."""
    launch = chromium.browser_type.launch_persistent_context
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    context = launch(tmp_path, executable_path=path, args=FLAGS, base_url=product.url, locale="zh-CN")
    yield context
    context.close()


def test_the_site_can_be_installed(profile: BrowserContext):
    page = profile.new_page()
    page.goto("/accounts/login/")

    session = profile.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["name"] == "Caseloom：从需求到测试用例"


def test_every_icon_of_the_manifest_is_there(product: Product):
    manifest = httpx.get(f"{product.url}/manifest.webmanifest")

    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert {icon["purpose"] for icon in manifest.json()["icons"]} == {"any", "maskable"}
    for icon in manifest.json()["icons"]:
        found = httpx.get(f"{product.url}{icon['src']}")
        assert (found.status_code, found.headers["Content-Type"].partition(";")[0]) == (200, icon["type"])


def test_the_worker_is_fresh_and_may_do_little(product: Product):
    worker = httpx.get(f"{product.url}/sw.js")

    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in worker.headers["Content-Security-Policy"]
    assert "set-cookie" not in worker.headers
