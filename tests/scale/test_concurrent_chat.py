"""People share, talk, come and go at once, over two web processes: each act is done once, and all add up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

import psycopg
import pytest

from tests.live.product import Person
from tests.scale.page import Page
from tests.scale.spread import SpreadOut
from tests.scale.test_any_break import agree

pytestmark = pytest.mark.timeout(300)
ROUNDS = 12
STORY = "Lock the account for 15 minutes after 5 wrong passwords."
RECOUNT = """
from realtime.chat.models import Membership
from realtime.chat.reading import recounted
for one in Membership.objects.select_related("user"):
    if (one.unread, one.mentions) != recounted(one):
        print(one.room_id, one.user.username, one.unread, one.mentions, recounted(one))
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
Act = Callable[[int], Any]


@pytest.fixture(scope="module")
def product(redis_url: str, database_url: str, tmp_path_factory) -> Iterator[SpreadOut]:
    spread = SpreadOut(
        tmp_path_factory.mktemp("at-once"), 2, 1, DATABASE_URL=database_url, REDIS_URL=redis_url
    )
    yield spread
    spread.kill()


class Cast:
    """Ada, bob and eve, each with a page open at both web processes; calls go to them in turn."""

    def __init__(self, product: SpreadOut) -> None:
        self.product = product
        self.people = self.ada, self.bob, self.eve = [product.somebody() for _ in range(3)]
        self.urls = product.url, product.sockets_url
        self.pages = [Page(person, url) for person in self.people for url in self.urls]
        self._calls = count()

    def call(self, person: Person, method: str, path: str, **request: Any) -> Any:
        at = Person(self.product, person.name, person.token, self.urls[next(self._calls) % 2])
        answer = at.call(method, path, **request)
        assert answer.status_code != 429
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        return answer

    def room(self, kind: str) -> str:
        """A room of all three."""
        others = [self.bob.name, self.eve.name]
        made = self.call(self.ada, "POST", "/rooms", json={"kind": kind, "name": kind, "members": others})
        return f"/rooms/{made.json()['id']}"


@pytest.fixture
def cast(product: SpreadOut, database_url: str) -> Iterator[Cast]:
    """What they did holds together in the end: pages, counters, and no deadlock on the way."""
    cast = Cast(product)
    yield cast
    agree(cast.pages, cast.people)
    for person in cast.people:
        adds_up(person)
    assert product.manage("shell", "--verbosity=0", "--command", RECOUNT) == ""
    with psycopg.connect(database_url) as connection:
        assert connection.execute(DEADLOCKS).fetchone() == (0,)
    assert "Traceback" not in product.log.read_text()


def adds_up(person: Person) -> None:
    tasks, notes = (person.get(path, limit=100) for path in ("/tasks", "/notifications"))
    by_status = dict.fromkeys(tasks["counts"], 0)
    for task in tasks["items"]:
        by_status[task["status"]] += 1
    assert tasks["counts"] == by_status
    assert notes["unread"] == sum(note["read_at"] is None for note in notes["items"])


def at_once(*acts: Act, rounds: int = ROUNDS) -> list[list[Any]]:
    """Each of `acts` again and again in a thread of its own; what they gave, thread by thread."""
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(lambda act: [act(number) for number in range(rounds)], act) for act in acts]
        return [done.result(200) for done in running]


def test_a_task_is_shared_left_renamed_and_deleted_at_once(cast: Cast):
    ada, bob, eve = cast.people
    task = f"/tasks/{ada.ended(ada.request_task(STORY)['id'])['id']}"

    at_once(
        partial(share, cast, task, bob),
        partial(share, cast, task, eve),
        lambda _number: cast.call(bob, "DELETE", f"{task}/members/{bob.name}"),
        lambda _number: cast.call(ada, "DELETE", f"{task}/members/{eve.name}"),
        lambda number: cast.call(ada, "PATCH", task, json={"title": f"Ada's {number}"}),
        lambda number: cast.call(bob, "PATCH", task, json={"title": f"Bob's {number}"}),
        partial(hide_for_a_moment, cast, task),
        partial(talk_about, cast, task),
    )


def share(cast: Cast, task: str, person: Person, number: int) -> None:
    role = ("view", "edit")[number % 2]
    cast.call(cast.ada, "PUT", f"{task}/members/{person.name}", json={"role": role})


def hide_for_a_moment(cast: Cast, task: str, number: int) -> None:
    if number % 3 == 0:
        cast.call(cast.ada, "DELETE", task)
        assert cast.call(cast.ada, "POST", f"{task}/restore").status_code == 200


def talk_about(cast: Cast, task: str, number: int) -> None:
    """Whoever is in the task's room says something there and reads what there is."""
    for person in cast.people:
        rooms = cast.call(person, "GET", "/rooms").json()["items"]
        for room in rooms:
            if f"/tasks/{room['task_id']}" == task:
                cast.call(
                    person, "POST", f"/rooms/{room['id']}/messages", json={"text": f"{number}: {task}/"}
                )
                cast.call(person, "POST", f"/rooms/{room['id']}/read")


def test_tasks_end_while_they_are_shared_and_announced(cast: Cast):
    ada, bob, eve = cast.people

    def share_what_runs(person: Person, _number: int) -> str:
        task = cast.call(person, "POST", "/tasks", json={"requirement": STORY}).json()["id"]
        for other in {ada, bob, eve} - {person}:
            cast.call(person, "PUT", f"/tasks/{task}/members/{other.name}", json={"role": "edit"})
        return task

    def tidy(person: Person, number: int) -> None:
        verb = ("read", "seen", "archive")[number % 3]
        cast.call(person, "POST", f"/notifications/{verb}", json={"all": True})
        cast.call(person, "POST", "/tasks/bulk", json={"action": "cancel", "filter": {"q": "nothing"}})

    asked = at_once(
        *(partial(share_what_runs, person) for person in cast.people),
        *(partial(tidy, person) for person in cast.people),
        rounds=4,
    )

    for person, tasks in zip(cast.people, asked[:3], strict=True):
        assert {person.ended(task, 60)["status"] for task in tasks} == {"completed"}
    until_pages_have(cast, 12)


def until_pages_have(cast: Cast, tasks: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while any(len(page.state["tasks"]) != tasks for page in cast.pages):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_sent_several_times_at_once_is_one_message(cast: Cast):
    room = cast.room("private")

    def send(number: int) -> tuple[int, str]:
        body = {"text": f"number {number}", "client_id": f"c{number}"}
        answer = cast.call(cast.ada, "POST", f"{room}/messages", json=body)
        return answer.status_code, answer.json()["id"]

    answers = at_once(*[send] * 6, rounds=5)

    for same in zip(*answers, strict=True):
        assert len({message for _status, message in same}) == 1
        assert sorted(status for status, _message in same) == [200] * 5 + [201]
    assert len(cast.bob.get(f"{room}/messages")["items"]) == 5
    [shown] = [one for one in cast.bob.get("/rooms")["items"] if one["id"] in room]
    assert shown["unread"] == 5


def test_people_come_go_talk_and_read_at_once(cast: Cast):
    ada, bob, eve = cast.people
    rooms = public, private = cast.room("public"), cast.room("private")

    at_once(
        partial(come_and_go, cast, public, bob, bob),
        partial(come_and_go, cast, public, eve, eve),
        partial(come_and_go, cast, private, ada, eve),
        partial(speak, cast, rooms, ada),
        partial(speak, cast, rooms[::-1], bob),
        partial(speak, cast, rooms, eve),
        lambda _number: cast.call(bob, "POST", "/notifications/read", json={"all": True}),
    )


def come_and_go(cast: Cast, room: str, actor: Person, person: Person, number: int) -> None:
    cast.call(actor, ("DELETE", "PUT")[number % 2], f"{room}/members/{person.name}")


def speak(cast: Cast, rooms: tuple[str, str], person: Person, number: int) -> None:
    """In one room, and read the other."""
    room = rooms[number % 2]
    mentions = " ".join(f"@{other.name}" for other in cast.people)
    said = cast.call(person, "POST", f"{room}/messages", json={"text": f"{number} {mentions}"})
    if said.is_success:
        message = f"{room}/messages/{said.json()['id']}"
        cast.call(person, "PUT", f"{message}/reactions/👍")
        cast.call(person, "DELETE" if number % 3 == 0 else "PATCH", message, json={"text": f"@{person.name}"})
    cast.call(person, "POST", f"{rooms[1 - number % 2]}/read")
