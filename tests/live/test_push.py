"""A finished task reaches a browser whose page is closed: the product's own process, a real push service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.product import Person, Product, until
from tests.push_server import PushServer


@pytest.fixture(scope="module")
def push_server() -> Iterator[PushServer]:
    with PushServer() as server:
        yield server


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, push_server: PushServer) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("pushing"), PUSH_HOSTS=push_server.host)
    yield product
    product.stop()


def test_a_task_that_ends_is_pushed_to_its_owner_alone(ada: Person, bob: Person, push_server: PushServer):
    browsers = {person: push_server.browser() for person in (ada, bob)}
    for person, browser in browsers.items():
        assert person.call("POST", "/push/subscriptions", json=browser.subscription).status_code == 201

    task = ada.request_task("Lock the account after 5 wrong passwords.", title="Passwords")
    [push] = until(lambda: browsers[ada].received, bool)

    [note] = ada.get("/notifications")["items"]
    assert push.payload["notification"] == {
        "title": "Finished: Passwords",
        "body": note["body"],
        "navigate": f"/tasks/{task['id']}/",
        "tag": note["id"],
    }
    assert browsers[bob].received == []
    assert push_server.wrongs == []


@pytest.mark.timeout(150)
def test_what_was_not_delivered_when_the_product_died_is_delivered_by_the_next(
    ada: Person, push_server: PushServer, product: Product
):
    browser = push_server.browser()
    ada.call("POST", "/push/subscriptions", json=browser.subscription)
    browser.answers.append((503, {}))
    arrivals = push_server.arrivals
    ada.request_task("Show an error.")
    until(lambda: push_server.arrivals, lambda count: count > arrivals)

    product.stop(9)
    product.start()

    until(lambda: browser.received, bool, 80)
