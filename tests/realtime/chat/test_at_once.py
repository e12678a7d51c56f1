"""Several threads, each with a connection of its own, talk at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from core.models import User
from realtime.chat.messages import edit_message, react, send_message
from realtime.chat.reading import read_room, recounted
from realtime.chat.rooms import make_room, unread_of
from realtime.models import Event, Membership, Message

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture
def people():
    return [User.objects.create(username=name) for name in ("ada", "bob", "eve")]


@pytest.fixture
def rooms(people):
    """Two rooms in which all three are."""
    names = [user.username for user in people]
    return [make_room(people[n], "private", name=f"{n}", members=names)[0] for n in range(2)]


def at_once(*acts):
    """Run `acts`, each in a thread of its own. Returns what they return; raises what they raise."""
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(_with_own_connection, act) for act in acts]
        return [done.result(timeout=60) for done in running]


def _with_own_connection(act):
    try:
        return act()
    finally:
        connection.close()


def test_the_same_client_id_at_once_is_one_message(people, rooms):
    send = partial(send_message, rooms[0], people[0], "Hello", client_id="c1")

    answers = at_once(*[send] * 4)

    assert len({message.pk for message, _new in answers}) == 1
    assert sorted(new for _message, new in answers) == [False, False, False, True]
    assert Message.objects.count() == 1


def test_two_people_who_ask_at_once_get_one_direct_room(people):
    ada, bob, _eve = people

    answers = at_once(
        partial(make_room, ada, "direct", members=["bob"]), partial(make_room, bob, "direct", members=["ada"])
    )

    assert answers[0][0] == answers[1][0]
    assert sorted(made for _room, made in answers) == [False, True]
    assert answers[0][0].memberships.count() == 2


def talk(user, rooms):
    """Say, change, react and read, now in one room, now in the other."""
    for number in range(ROUNDS):
        room = rooms[number % 2]
        message, _new = send_message(room, user, f"{number} @ada @bob @eve")
        edit_message(message, user, f"{number} @ada")
        react(message, user, "👍")
        if number % 3 == 0:
            read_room(rooms[1 - number % 2], user)


@pytest.mark.timeout(180)
def test_people_who_talk_at_once_agree_in_the_end(people, rooms):
    ada, bob, eve = people

    at_once(*(partial(talk, user, order) for user, order in ((ada, rooms), (bob, rooms[::-1]), (eve, rooms))))

    for membership in Membership.objects.select_related("user"):
        assert (membership.unread, membership.mentions) == recounted(membership)
    for room in rooms:
        times = [message.created_at for message in room.messages.order_by("created_at", "id")]
        assert len(set(times)) == len(times) == 3 * ROUNDS / 2
    for user in people:
        frames = Event.objects.filter(user=user).order_by("seq").values_list("frame", flat=True)
        told = [event for event in map(json.loads, frames) if event["type"] == "room.updated"]
        assert told[-1]["unread"] == unread_of(user)
