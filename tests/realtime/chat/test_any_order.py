"""Whatever people do, in whatever order: what each was told adds up to what each would be shown afresh."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import parse

from core import throttle
from realtime.models import Membership, Message
from tests.realtime.chat.conftest import put, told
from tests.realtime.chat.folding import ChatState

TEXTS = ["hello", "@ada look", "@bob @eve", "**@ada**", "`@bob`", "@all"]
EMOJIS = ["👍", "🎉"]
NAMES = ["ada", "bob", "eve"]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setitem(throttle.RATES, "api", parse("1000000/minute"))


class Undone(Exception):
    """The example is over."""


def messages_in(room):
    return [str(pk) for pk in Message.objects.filter(room=room).order_by("pk").values_list("pk", flat=True)]


def act(api, verb, first, second):
    """One thing that `api`'s user tries, with what is there; `first` and `second` choose."""
    rooms = sorted(room["id"] for room in api.get("/rooms?limit=100").json()["items"])
    rooms += sorted(room["id"] for room in api.get("/rooms?public=1").json()["items"])
    if verb == "make":
        kind = ["direct", "private", "public"][first % 3]
        return api.post("/rooms", {"kind": kind, "name": f"{second}", "members": [NAMES[second % 3]]})
    room = rooms[first % len(rooms)]
    return in_room(api, verb, room, f"/rooms/{room}", second)


def in_room(api, verb, room, address, n):
    match verb:
        case "say":
            return api.post(f"{address}/messages", {"text": TEXTS[n % len(TEXTS)]})
        case "read":
            return api.post(f"{address}/read")
        case "name":
            return api.patch(address, {"name": f"Room {n}"})
        case "level":
            return api.patch(address, {"level": ["all", "mentions", "nothing"][n % 3]})
        case "add":
            return put(api, f"{address}/members/{NAMES[n % 3]}")
        case "remove":
            return api.delete(f"{address}/members/{NAMES[n % 3]}")
    present = messages_in(room)
    return with_message(api, verb, address, present[n % len(present)], n) if present else None


def with_message(api, verb, address, message, n):
    one = f"{address}/messages/{message}"
    match verb:
        case "answer":
            return api.post(f"{address}/messages", {"text": TEXTS[n % len(TEXTS)], "reply_to": message})
        case "read until":
            return api.post(f"{address}/read", {"until": message})
        case "edit":
            return api.patch(one, {"text": TEXTS[n // 2 % len(TEXTS)]})
        case "delete":
            return api.delete(one)
        case "react":
            return put(api, f"{one}/reactions/{EMOJIS[n % 2]}")
        case "unreact":
            return api.delete(f"{one}/reactions/{EMOJIS[n % 2]}")


def open_scene(api, bob_api):
    """A room of each kind in which something was said."""
    rooms = [
        api.post("/rooms", {"kind": "direct", "members": ["bob"]}),
        api.post("/rooms", {"kind": "private", "members": ["bob", "eve"]}),
        bob_api.post("/rooms", {"kind": "public", "members": ["ada", "eve"]}),
    ]
    for room in rooms:
        for text in TEXTS[:2]:
            api.post(f"/rooms/{room.json()['id']}/messages", {"text": text})


VERBS = ["make", "say", "answer", "read", "read until", "edit", "delete", "react", "unreact"]
VERBS += ["name", "level", "add", "remove"]
ACTIONS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 5)),
    min_size=10,
    max_size=40,
)


def assert_told_all(api):
    state = ChatState()
    for event in told(api.user):
        state.apply(event)
    fresh = api.get("/rooms?limit=100").json()
    assert state.rooms == {room["id"]: room for room in fresh["items"]}
    assert state.unread == fresh["unread"] == sum(room["unread"] for room in fresh["items"])
    for message in state.messages.values():
        assert api.get(f"/rooms/{message['room_id']}/messages/{message['id']}").json() == message


def assert_counted_right(api):
    for membership in Membership.objects.filter(user=api.user):
        unread = [
            message
            for message in Message.objects.filter(room=membership.room_id, deleted_at=None)
            if message.author_id != api.user.pk
            and (not membership.read_until or message.created_at > membership.read_until)
        ]
        mentions = [message for message in unread if api.user.username in message.mentioned]
        assert (membership.unread, membership.mentions) == (len(unread), len(mentions))


@pytest.mark.timeout(300)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS)
def test_events_add_up_to_what_a_fresh_page_shows(api, bob_api, eve_api, actions):
    people = {"ada": api, "bob": bob_api, "eve": eve_api}
    with pytest.raises(Undone), transaction.atomic():
        open_scene(api, bob_api)
        for name, verb, first, second in actions:
            response = act(people[name], verb, first, second)
            assert response is None or response.status_code < 500, response.content
        for person in people.values():
            assert_told_all(person)
            assert_counted_right(person)
        raise Undone
