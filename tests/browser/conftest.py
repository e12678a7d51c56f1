"""Real Chromium before the real product."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.live.conftest import endpoint, modelled, product, ruled, shared_endpoint  # noqa: F401
from tests.live.product import Product

PASSWORD = "correct horse battery staple"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()

EXPECTED = (
    "ERR_INTERNET_DISCONNECTED",
    "htmx:afterRequest",
    "htmx:sendError",
    "status of 409",
    "status of 422",
    "status of 503",
    "Error Code 503",
)
"""What Chromium and htmx log when a test cuts the network or fills the disk, or when a form is refused."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, product: Product) -> Iterator[Callable[..., BrowserContext]]:  # noqa: F811
    """Makes browser contexts that belong to nobody yet; their pages must not log errors."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def visit(**options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=product.url, **options)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", listen)
        contexts.append(context)
        return context

    yield visit
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if not any(word in complaint for word in EXPECTED)] == []


@pytest.fixture
def signed_in(visitor: Callable[..., BrowserContext], product: Product) -> Callable[..., Page]:  # noqa: F811
    """Opens the generator as somebody who has just signed up."""

    def sign_in(**options: Any) -> Page:
        session = product.session()
        context = visitor(**options)
        context.add_cookies([{"name": "sessionid", "value": session, "url": product.url}])
        page = context.new_page()
        page.goto("/")
        return page

    return sign_in
