"""Sockets live no longer than what opened them; nobody else's feel it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from core.ids import uuid7
from realtime.sockets import HEARTBEAT_SECONDS
from tests.live.product import Product, Socket

WITHIN_SECONDS = 2
SHUT_OUT = "from core.models import User; User.objects.filter(username='{name}').update(is_active=False)"
OLD, NEW = "correct horse battery", "staple battery horse"


class Browser:
    """A session of a person with a password."""

    def __init__(self, product: Product, name: str, page: str = "login") -> None:
        self.product, self.name = product, name
        self._http = httpx.Client(base_url=product.url, timeout=20)
        self._http.get("/accounts/login/")
        passwords = {"password": OLD} if page == "login" else {"password1": OLD, "password2": OLD}
        self.submit(f"/accounts/{page}/", username=name, **passwords)

    def submit(self, path: str, **fields: str) -> None:
        answer = self._http.post(
            path, data={**fields, "csrfmiddlewaretoken": self._http.cookies["csrftoken"]}
        )
        assert answer.status_code == 302, answer.text

    def close(self) -> None:
        self._http.close()

    @contextmanager
    def page(self) -> Iterator[Socket]:
        """The socket of a page, greeted."""
        headers = {"Cookie": f"sessionid={self._http.cookies['sessionid']}", "Origin": self.product.url}
        url = self.product.url.replace("http", "ws", 1) + "/ws/events"
        with Socket(connect(url, additional_headers=headers)) as socket:
            socket.next()
            yield socket


@pytest.fixture
def browse(product: Product) -> Iterator[Callable[..., Browser]]:
    """Opens sessions."""
    with ExitStack() as stack:
        yield lambda name, page="login": stack.enter_context(closing(Browser(product, name, page)))


@pytest.fixture
def desk(browse: Callable[..., Browser]) -> Browser:
    return browse(f"ada-{uuid7().hex}", "signup")


@pytest.fixture
def phone(browse: Callable[..., Browser], desk: Browser) -> Browser:
    return browse(desk.name)


def ended_with(socket: Socket, seconds: float = WITHIN_SECONDS) -> int | None:
    """The code with which the socket is closed in time, None for one that stays."""
    try:
        socket.until(lambda frame: False, seconds)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0
    except TimeoutError:
        pass
    return None


def test_signing_out_closes_every_page_of_that_session_alone(desk: Browser, phone: Browser):
    with desk.page() as first, desk.page() as second, phone.page() as stays:
        desk.submit("/accounts/logout/")

        assert [ended_with(page) for page in (first, second)] == [4401, 4401]
        assert ended_with(stays) is None


def test_a_changed_password_closes_the_pages_of_all_sessions_and_the_own_one_comes_back(
    desk: Browser, phone: Browser
):
    with phone.page() as page:
        desk.submit("/accounts/password/", old_password=OLD, new_password1=NEW, new_password2=NEW)

        assert ended_with(page) == 4401
        with desk.page() as again:
            assert ended_with(again) is None
    with pytest.raises(ConnectionClosed), phone.page() as page:
        page.next()


def test_who_is_shut_out_by_another_process_is_out_after_a_heartbeat(
    browse: Callable[..., Browser], desk: Browser
):
    """No bell of that process reaches this one: they share nothing but the database."""
    other = browse(f"bob-{uuid7().hex}", "signup")
    with desk.page() as page, other.page() as stays:
        desk.product.manage("shell", "--command", SHUT_OUT.format(name=desk.name))

        assert ended_with(page, 2 * HEARTBEAT_SECONDS) == 4401
        assert ended_with(stays, 0.5) is None
