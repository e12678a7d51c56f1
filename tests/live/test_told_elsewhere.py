"""A finished task is told by mail, where its owner wants that, by the product's own process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.live.mail_server import MailServer
from tests.live.product import Person, Product, until

DAYS = list(range(7))


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[Product]:
    allowed = f"mailto://{mail.host}"
    product = Product(
        tmp_path_factory.mktemp("mailing"), NOTIFY_TARGETS=allowed, PUBLIC_URL="http://cases.test"
    )
    yield product
    product.stop()


def prefer(person: Person, **preferences: object) -> None:
    answer = person.call("PUT", "/notifications/preferences", json=preferences)
    assert answer.status_code == 200, answer.text


def mailed(person: Person, mail: MailServer) -> str:
    """`person` wants to hear of finished tasks by mail, to the address that is returned."""
    address = f"{person.name}@example.com"
    target = f"mailto://{mail.host}?from=caseloom@example.com&to={address}&mode=insecure"
    prefer(person, kinds={"task.completed": {"elsewhere": True}}, targets=[target])
    return address


def letters_to(mail: MailServer, address: str) -> list[str]:
    return [str(letter["Subject"]) for letter in list(mail.received) if address in str(letter["To"])]


def test_a_task_that_ends_is_mailed_once_to_who_wants_that_with_its_link(
    ada: Person, bob: Person, mail: MailServer
):
    address = mailed(ada, mail)

    task = ada.request_task("Lock the account after 5 wrong passwords.", title="密码 Passwords")
    bob.ended(bob.request_task("Lock the account after 5 wrong passwords.")["id"])

    assert until(lambda: letters_to(mail, address), bool) == ["Finished: 密码 Passwords"]
    [letter] = mail.received
    body = letter.get_body(("plain", "html"))
    assert body
    assert f"http://cases.test/tasks/{task['id']}/" in body.get_content()


def test_in_quiet_hours_mail_waits_and_the_bell_does_not(ada: Person, mail: MailServer):
    address = mailed(ada, mail)
    now = datetime.now(UTC)
    hours = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=2):%H:%M}"}
    prefer(ada, quiet={"days": DAYS, "timezone": "UTC", **hours})

    ada.ended(ada.request_task("Show an error.", title="At night")["id"])
    assert ada.get("/notifications")["unread"] == 1
    other = ada.product.somebody()
    others = mailed(other, mail)
    other.request_task("Show an error.")
    until(lambda: letters_to(mail, others), bool)
    assert letters_to(mail, address) == []
    prefer(ada, quiet=None)

    ada.ended(ada.request_task("Show a warning.", title="By day")["id"])
    until(lambda: letters_to(mail, address), bool)


def test_a_target_that_the_administrator_does_not_allow_is_refused(ada: Person):
    for target in ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "mailto://ada:secret@gmail.com"):
        answer = ada.call("PUT", "/notifications/preferences", json={"targets": [target]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "targets.0")
