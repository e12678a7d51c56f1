"""Sockets cut, messages lost, Redis restarted, a web process killed: each page ends as a fresh one would."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.product import Person
from tests.scale.page import Page, fresh_state
from tests.scale.redis_server import RedisServer
from tests.scale.spread import SpreadOut, wait_until_ready

pytestmark = pytest.mark.timeout(420)
REQUIREMENT = "The {0} must have 3 to 20 characters. Lock the {0} for 15 minutes after 5 wrong passwords."
ROUNDS = 5
CUT = 0.1
AGREE_SECONDS = 60
LOOK_SECONDS = 10
SEED = 5


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    with server:
        yield server


@pytest.fixture(scope="module")
def product(redis: RedisServer, database_url: str, tmp_path_factory) -> Iterator[SpreadOut]:
    """Its channel layer loses a message in ten."""
    spread = SpreadOut(
        tmp_path_factory.mktemp("breaks"),
        DATABASE_URL=database_url,
        REDIS_URL=redis.url,
        DJANGO_SETTINGS_MODULE="tests.scale.lossy",
    )
    yield spread
    spread.kill()


class Team:
    """Three people who do all that one can, in any order; what one is refused, another one tries."""

    def __init__(self, product: SpreadOut, chance: random.Random) -> None:
        self.people = [product.somebody() for _ in range(3)]
        self.chance = chance
        self.done: set[Callable[..., Any]] = set()

    def act(self, verb: Callable[[Team, Person], Any]) -> None:
        for person in self.chance.sample(self.people, len(self.people)):
            answer = verb(self, person)
            assert answer is None or answer.status_code < 500, answer.text
            if answer is not None and answer.is_success:
                self.done.add(verb)
                return

    def one_of(self, person: Person, path: str) -> dict[str, Any] | None:
        items = person.get(path)["items"]
        return self.chance.choice(items) if items else None

    def other(self, person: Person) -> str:
        return self.chance.choice([other.name for other in self.people if other is not person])


def on_a_task(team: Team, person: Person, method: str, path: str, **body: Any) -> Any:
    task = team.one_of(person, "/tasks")
    return task and person.call(method, f"/tasks/{task['id']}{path}", json=body)


def request_task(team: Team, person: Person) -> Any:
    topic = f"field {team.chance.randrange(1000)}"
    return person.call("POST", "/tasks", json={"requirement": REQUIREMENT.format(topic)})


def rename_task(team: Team, person: Person) -> Any:
    return on_a_task(team, person, "PATCH", "", title=f"Title {team.chance.randrange(1000)}")


def delete_task(team: Team, person: Person) -> Any:
    return on_a_task(team, person, "DELETE", "")


def share_task(team: Team, person: Person) -> Any:
    role = team.chance.choice(["view", "edit"])
    return on_a_task(team, person, "PUT", f"/members/{team.other(person)}", role=role)


def unshare_task(team: Team, person: Person) -> Any:
    return on_a_task(team, person, "DELETE", f"/members/{team.other(person)}")


def change_a_case(team: Team, person: Person) -> Any:
    task = team.one_of(person, "/tasks")
    if not task:
        return None
    case = team.one_of(person, f"/tasks/{task['id']}/cases")
    if not case:
        return None
    path = f"/tasks/{task['id']}/cases/{case['key']}"
    if team.chance.random() < 0.3:
        return person.call("DELETE", path)
    review = team.chance.choice(["accepted", "rejected", "draft"])
    return person.call("PATCH", path, json={"review": review, "rev": case["rev"]})


def mark_notes(team: Team, person: Person) -> Any:
    verb = team.chance.choice(["read", "seen", "archive"])
    note = team.one_of(person, "/notifications")
    chosen = {"all": True} if team.chance.random() < 0.3 or not note else {"ids": [note["id"]]}
    return person.call("POST", f"/notifications/{verb}", json=chosen)


def open_room(team: Team, person: Person) -> Any:
    kind = team.chance.choice(["direct", "private", "public"])
    named = {} if kind == "direct" else {"name": f"Room {team.chance.randrange(1000)}"}
    return person.call("POST", "/rooms", json={"kind": kind, "members": [team.other(person)], **named})


def on_a_room(team: Team, person: Person, method: str, path: str, **body: Any) -> Any:
    room = team.one_of(person, "/rooms")
    return room and person.call(method, f"/rooms/{room['id']}{path}", json=body)


def say(team: Team, person: Person) -> Any:
    task = team.one_of(person, "/tasks")
    link = f" see /tasks/{task['id']}/" if task and team.chance.random() < 0.3 else ""
    return on_a_room(team, person, "POST", "/messages", text=f"**Hi** @{team.other(person)} 你好{link}")


def read_room(team: Team, person: Person) -> Any:
    return on_a_room(team, person, "POST", "/read")


def change_members(team: Team, person: Person) -> Any:
    method = team.chance.choice(["PUT", "DELETE"])
    return on_a_room(team, person, method, f"/members/{team.chance.choice(team.people).name}")


def change_a_message(team: Team, person: Person) -> Any:
    room = team.one_of(person, "/rooms")
    if not room:
        return None
    message = team.one_of(person, f"/rooms/{room['id']}/messages")
    if not message:
        return None
    path = f"/rooms/{room['id']}/messages/{message['id']}"
    choice = team.chance.randrange(4)
    if choice == 0:
        return person.call("DELETE", path)
    if choice == 1:
        return person.call("PATCH", path, json={"text": f"Changed {team.chance.randrange(1000)}"})
    return person.call("PUT" if choice == 2 else "DELETE", f"{path}/reactions/👍")


ACTS = [
    request_task,
    request_task,
    request_task,
    rename_task,
    delete_task,
    share_task,
    share_task,
    unshare_task,
    change_a_case,
    change_a_case,
    mark_notes,
    open_room,
    say,
    say,
    say,
    read_room,
    change_members,
    change_a_message,
]


def test_every_page_ends_as_a_fresh_one(product: SpreadOut, redis: RedisServer):
    chance = random.Random(SEED)
    team = Team(product, chance)
    pages = [Page(person, url) for person in team.people for url in (product.url, product.sockets_url) * 2]

    for number in range(ROUNDS):
        for act in chance.sample(ACTS, len(ACTS)):
            team.act(act)
            for page in pages:
                if chance.random() < CUT:
                    page.cut()
        shake(product, redis, number)

    agree(pages, team.people)
    assert sum(page.cuts for page in pages) > ROUNDS * len(ACTS) / 2
    assert team.done == set(ACTS)


def shake(product: SpreadOut, redis: RedisServer, number: int) -> None:
    """What is done to the servers in between."""
    if number in (0, 2):
        redis.kill()
        redis.start()
    if number == 1:
        web = product.webs[1]
        web.kill()
        web.wait()
        product.webs[1] = product.begin_web(int(product.sockets_url.rpartition(":")[2]))
        wait_until_ready(product.sockets_url)


def differences(shown: Any, fresh: Any) -> list[tuple[Any, ...]]:
    """What stands where in a page, and what stands there in a fresh one."""
    if not (isinstance(shown, dict) and isinstance(fresh, dict)):
        return [] if shown == fresh else [(shown, fresh)]
    return [
        (key, *found)
        for key in shown.keys() | fresh.keys()
        for found in differences(shown.get(key), fresh.get(key))
    ]


def agree(pages: list[Page], people: list[Person]) -> None:
    """Asked seldom: everyone may call the API 600 times a minute."""
    deadline = time.monotonic() + AGREE_SECONDS
    while True:
        fresh = {person.name: fresh_state(person) for person in people}
        if all(page.state == fresh[page.person.name] for page in pages) or time.monotonic() > deadline:
            break
        time.sleep(LOOK_SECONDS)
    for page in pages:
        page.close()
        assert differences(page.state, fresh[page.person.name]) == []
        assert page.applied == list(range(page.applied[0], page.applied[0] + len(page.applied)))
        assert page.resets == 0
