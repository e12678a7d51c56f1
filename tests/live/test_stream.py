"""The event stream as a client meets it: a real Daphne, a real socket (interface §4)."""

import json
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.live.product import Person, Product, Socket

REQUIREMENT = "Lock the account for 15 minutes after 5 wrong passwords."


def finished(task_id):
    return lambda frame: (
        frame["type"] == "task.updated"
        and frame["task"]["id"] == task_id
        and frame["task"]["status"] == "completed"
    )


def close_code(socket: Socket) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        socket.until(lambda frame: False, 20)
    return closed.value.rcvd.code


def test_the_first_frame_says_where_the_stream_is(ada: Person):
    with ada.socket() as socket:
        hello = socket.next()

    assert hello["type"] == "hello"
    assert hello["heartbeat_seconds"] == 15
    assert isinstance(hello["seq"], int)
    assert isinstance(hello["epoch"], str)


def test_events_are_numbered_without_gaps_and_tell_the_whole_task(ada: Person):
    with ada.socket() as socket:
        start = socket.next()["seq"]
        task = ada.request_task(REQUIREMENT)
        socket.until(finished(task["id"]))
        socket.until(lambda frame: frame["type"] == "notification.created")
        numbers = [frame["seq"] for frame in socket.durable]
        told = [frame["case"]["key"] for frame in socket.durable if frame["type"] == "case.created"]

    assert numbers == list(range(start + 1, start + 1 + len(numbers)))
    assert told == [case["key"] for case in ada.cases(task["id"])]


def test_a_client_that_was_away_gets_what_it_missed_once_and_in_order(ada: Person):
    with ada.socket() as socket:
        since = socket.next()["seq"]
    task = ada.request_task(REQUIREMENT)
    ada.ended(task["id"])

    with ada.socket(f"?since={since}") as socket:
        latest = socket.next()["seq"]
        socket.until(lambda frame: frame.get("seq") == latest)
        numbers = [frame["seq"] for frame in socket.durable]

    assert numbers == list(range(since + 1, latest + 1))


def test_a_client_may_ask_to_resume_at_any_time(ada: Person):
    task = ada.request_task(REQUIREMENT)
    ada.ended(task["id"])
    with ada.socket() as socket:
        latest = socket.next()["seq"]
        socket.send({"type": "resume", "since": latest - 2})
        again = [socket.next()["seq"], socket.next()["seq"]]

    assert again == [latest - 1, latest]


@pytest.mark.parametrize(
    "query",
    [
        "?since=999999",
        "?since=abc",
        "?since=-1",
        "?since=",
        "?since=" + "9" * 5_000,
        "?since=0&epoch=another",
    ],
)
def test_a_position_that_cannot_be_resumed_gets_a_reset(ada: Person, query: str):
    with ada.socket(query) as socket:
        hello, reset = socket.next(), socket.next()

    assert reset == {"type": "reset", "seq": hello["seq"], "epoch": hello["epoch"]}


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"type": "dance"}',
        '{"type": "resume", "since": -1}',
        '{"type": "ack"}',
        '{"type": "ack", "frames": true}',
    ],
)
def test_an_invalid_frame_closes_with_4400(ada: Person, text: str):
    with ada.socket() as socket:
        socket.connection.send(text)
        assert close_code(socket) == 4400


def test_a_binary_frame_closes_with_4400(ada: Person):
    with ada.socket() as socket:
        socket.connection.send(b"{}")
        assert close_code(socket) == 4400


def test_a_frame_over_64_kib_closes_with_4413(ada: Person):
    with ada.socket() as socket:
        socket.send({"type": "typing", "room_id": "x" * 65_536})
        assert close_code(socket) == 4413


def test_nobody_in_particular_is_accepted_and_closed_with_4401(product: Product):
    stranger = Person(product, "stranger", "clm_wrong")
    with stranger.socket() as socket:
        assert close_code(socket) == 4401


def test_another_sites_page_is_refused(ada: Person):
    with pytest.raises(InvalidStatus) as refused, ada.socket(Origin="https://evil.example"):
        pass

    assert refused.value.response.status_code == 403


def test_a_revoked_token_closes_its_socket_within_two_seconds(ada: Person):
    made = ada.call("POST", "/me/tokens", json={"name": "short-lived"}).json()
    phone = Person(ada.product, ada.name, made["token"])
    with phone.socket() as socket:
        socket.next()
        assert ada.call("DELETE", f"/me/tokens/{made['id']}").status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                socket.next(2)

    assert closed.value.rcvd.code == 4401


def test_the_twenty_first_socket_closes_the_oldest_with_4409(ada: Person):
    with ExitStack() as stack:
        sockets = [stack.enter_context(ada.socket()) for _ in range(21)]

        assert close_code(sockets[0]) == 4409
        assert sockets[-1].next()["type"] == "hello"


def test_an_outsider_hears_nothing(ada: Person, bob: Person):
    with bob.socket() as socket:
        socket.next()
        task = ada.request_task(REQUIREMENT)
        ada.ended(task["id"])
        with pytest.raises(TimeoutError):
            socket.until(lambda frame: "task" in json.dumps(frame), 1)


def test_a_deaf_client_is_closed_with_4408(ada: Person):
    with ada.socket() as socket:
        socket.acknowledges = False
        for _ in range(4):
            ada.request_task(
                "\n".join(f"{n}. The user can enter between {n} and {n + 9} names." for n in range(1, 120))
            )
        assert close_code(socket) == 4408


def test_all_events_of_a_thousand_cases_reach_a_client_that_acknowledges(ada: Person):
    requirement = "\n".join(
        f"{n}. The name of field {n} must have between {n} and {n + 20} characters." for n in range(1, 241)
    )
    with ada.socket() as socket:
        start = socket.next()["seq"]
        task = ada.request_task(requirement)
        socket.until(finished(task["id"]), 60)
        numbers = [frame["seq"] for frame in socket.durable]
        cases = [frame for frame in socket.durable if frame["type"] == "case.created"]

    assert numbers == list(range(start + 1, start + 1 + len(numbers)))
    assert len(cases) >= 1000
    assert len(ada.cases(task["id"])) == len(cases)
