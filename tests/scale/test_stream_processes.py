"""One event stream over two web processes, PostgreSQL and Redis: what holds for a user holds across them."""

from __future__ import annotations

import signal
import socket as tcp
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from realtime.register import SOCKETS_PER_USER
from realtime.sockets import HEARTBEAT_SECONDS
from tests.live.product import Person, Socket
from tests.scale.redis_server import RedisServer
from tests.scale.spread import SpreadOut

pytestmark = pytest.mark.timeout(300)
STORY = "Lock the account for 15 minutes after 5 wrong passwords."
SIGNED_OUT_SECONDS = 2
Elsewhere = Callable[[Person], Person]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def product(
    redis: RedisServer, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpreadOut]:
    folder = tmp_path_factory.mktemp("stream")
    spread = SpreadOut(folder, 2, 1, DATABASE_URL=database_url, REDIS_URL=redis.url)
    yield spread
    spread.kill()


@pytest.fixture
def ada(product: SpreadOut) -> Person:
    return product.somebody()


@pytest.fixture
def bob(product: SpreadOut) -> Person:
    return product.somebody()


@pytest.fixture
def elsewhere(product: SpreadOut) -> Callable[[Person], Person]:
    """The same person at the other web process."""
    return lambda person: Person(product, person.name, person.token, url=product.sockets_url)


def close_code(socket: Socket, seconds: float = 10) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        socket.until(lambda frame: False, seconds)
    return closed.value.rcvd.code


def hears_presence(socket: Socket, name: str, online: bool, seconds: float = 10) -> None:
    told = {"type": "presence", "user": name, "online": online}
    socket.until(lambda frame: frame == told, seconds)


def test_the_oldest_of_too_many_sockets_is_closed_wherever_it_is_open(ada: Person, elsewhere: Elsewhere):
    with ExitStack() as stack:
        oldest = stack.enter_context(ada.socket())
        oldest.next()
        second = stack.enter_context(elsewhere(ada).socket())
        for number in range(SOCKETS_PER_USER - 1):
            person = ada if number % 2 else elsewhere(ada)
            stack.enter_context(person.socket()).next()

        assert close_code(oldest) == 4409
        ada.request_task(STORY)
        second.until(lambda frame: frame["type"] == "task.created")


def test_people_who_share_a_room_see_each_other_come_and_go_across_processes(
    ada: Person, bob: Person, elsewhere: Elsewhere
):
    made = ada.call("POST", "/rooms", json={"kind": "private", "name": "Tests", "members": [bob.name]})
    assert made.status_code == 201, made.text

    with ada.socket() as adas:
        adas.next()
        with elsewhere(bob).socket() as bobs:
            hears_presence(adas, bob.name, online=True)
            hears_presence(bobs, ada.name, online=True)
        hears_presence(adas, bob.name, online=False)


def test_a_revoked_token_closes_its_own_sockets_alone_at_another_process(
    product: SpreadOut, ada: Person, elsewhere: Elsewhere
):
    made = ada.call("POST", "/me/tokens", json={"name": "phone"}).json()
    phone = Person(product, ada.name, made["token"])
    with elsewhere(ada).socket() as stays, elsewhere(phone).socket() as goes:
        goes.next()
        stays.next()
        assert ada.call("DELETE", f"/me/tokens/{made['id']}").status_code == 204

        assert close_code(goes, SIGNED_OUT_SECONDS) == 4401
        task = ada.request_task(STORY)
        stays.until(lambda frame: frame["type"] == "task.created" and frame["task"]["id"] == task["id"])


def test_signing_out_closes_the_sockets_of_that_session_alone_at_another_process(product: SpreadOut):
    with (
        signed_in(product, "signup", password1=PASSWORD, password2=PASSWORD) as phone,
        signed_in(product, "login", password=PASSWORD) as desk,
        session_socket(product, desk) as stays,
        session_socket(product, phone) as goes,
    ):
        goes.next()
        stays.next()
        submit(phone, "/accounts/logout/")

        assert close_code(goes, SIGNED_OUT_SECONDS) == 4401
        with pytest.raises(TimeoutError):
            stays.until(lambda frame: False, SIGNED_OUT_SECONDS)


def test_what_was_told_while_redis_was_away_comes_when_it_is_back_not_at_the_next_heartbeat(
    ada: Person, elsewhere: Elsewhere, redis: RedisServer
):
    with elsewhere(ada).socket() as socket:
        socket.next()
        redis.kill()
        with elsewhere(ada).socket() as newcomer:
            newcomer.next()
            task = ada.ended(ada.request_task(STORY)["id"])
            back = time.monotonic()
            redis.start()
            for each in (socket, newcomer):
                each.until(lambda frame: frame["type"] == "notification.created", HEARTBEAT_SECONDS / 2)
            assert time.monotonic() - back < HEARTBEAT_SECONDS / 2
    assert task["status"] == "completed"


def test_a_client_that_never_reads_is_closed_and_costs_little_memory(
    product: SpreadOut, ada: Person, elsewhere: Elsewhere
):
    web = product.webs[-1].pid
    with deaf_client(elsewhere(ada)) as deaf:
        before = memory_kib(web)
        names = "\n".join(f"{n}. The user can enter between {n} and {n + 9} names." for n in range(1, 200))
        for _ in range(4):
            ada.ended(ada.request_task(names)["id"], 60)

        assert memory_kib(web) - before < 20 * 1024
        assert ends_within(deaf, 30)


def test_a_process_that_is_stopped_in_order_does_not_make_its_people_go(
    product: SpreadOut, ada: Person, bob: Person, elsewhere: Elsewhere
):
    ada.call("POST", "/rooms", json={"kind": "private", "name": "Tests", "members": [bob.name]})
    with ada.socket() as adas:
        with elsewhere(bob).socket() as bobs:
            hears_presence(adas, bob.name, online=True)
            product.webs[-1].send_signal(signal.SIGTERM)
            assert product.webs[-1].wait(30) == 0
            with pytest.raises(ConnectionClosed):
                bobs.until(lambda frame: False)
        with bob.socket() as again:
            hears_presence(again, ada.name, online=True)
            with pytest.raises(TimeoutError):
                hears_presence(adas, bob.name, online=False, seconds=5)


@contextmanager
def signed_in(product: SpreadOut, page: str, **fields: str) -> Iterator[httpx.Client]:
    """A browser that went through a form of /accounts/."""
    with httpx.Client(base_url=product.url, timeout=20) as browser:
        browser.get("/accounts/login/")
        submit(browser, f"/accounts/{page}/", username="signs-out", **fields)
        assert "sessionid" in browser.cookies
        yield browser


def submit(browser: httpx.Client, path: str, **fields: str) -> None:
    answer = browser.post(path, data={**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"]})
    assert answer.status_code == 302, answer.text


def session_socket(product: SpreadOut, browser: httpx.Client) -> Socket:
    """A socket of the browser's page at the other web process."""
    url = product.sockets_url
    headers = {"Cookie": f"sessionid={browser.cookies['sessionid']}", "Origin": url}
    return Socket(connect(url.replace("http", "ws", 1) + "/ws/events", additional_headers=headers))


def deaf_client(person: Person, query: str = "") -> tcp.socket:
    """A socket of which nobody ever reads anything, opened for `person`."""
    host, port = person.url.removeprefix("http://").split(":")
    deaf = tcp.socket()
    deaf.setsockopt(tcp.SOL_SOCKET, tcp.SO_RCVBUF, 4_096)
    deaf.connect((host, int(port)))
    deaf.sendall(
        f"GET /ws/events{query} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {person.token}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert deaf.recv(12) == b"HTTP/1.1 101"
    return deaf


def memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def ends_within(deaf: tcp.socket, seconds: float) -> bool:
    """Whether the server has cut the connection: what it had sent already can still be read."""
    deaf.settimeout(seconds)
    try:
        while deaf.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True
