"""A room that is not yours is not there: no answer, event, count or word of it."""

import pytest
from django.core.files.base import ContentFile

from core.ids import uuid7
from realtime.models import Notification
from tests.realtime.chat.conftest import put, said, told


@pytest.fixture
def secret(api, direct):
    """A message with a file and a reaction in the room of ada and bob."""
    sent = api.upload(f"{direct}/messages", text="secret plan", files=[ContentFile(b"x", name="plan.txt")])
    put(api, f"{direct}/messages/{sent.json()['id']}/reactions/👍")
    return sent.json()


CALLS = [
    ("GET", "", None),
    ("PATCH", "", {"name": "Mine"}),
    ("PATCH", "", {"level": "all"}),
    ("POST", "/read", {}),
    ("GET", "/messages", None),
    ("GET", "/messages?q=secret", None),
    ("POST", "/messages", {"text": "hello"}),
    ("PUT", "/members/eve", None),
    ("PUT", "/members/me", None),
    ("DELETE", "/members/me", None),
    ("DELETE", "/members/bob", None),
    ("GET", "/messages/{id}", None),
    ("PATCH", "/messages/{id}", {"text": "hello"}),
    ("DELETE", "/messages/{id}", None),
    ("PUT", "/messages/{id}/reactions/👍", None),
    ("DELETE", "/messages/{id}/reactions/👍", None),
    ("GET", "/files/{file}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_every_call_answers_as_if_there_were_no_room(api, eve_api, direct, secret, method, path, body):
    address = path.format(id=secret["id"], file=secret["files"][0]["id"])

    refused = eve_api.call(method, direct + address, body)
    nowhere = eve_api.call(method, f"/rooms/{uuid7()}{address}", body)

    assert (refused.status_code, refused.json()) == (404, nowhere.json())
    assert api.get(f"{direct}/messages").json()["total"] == 1


def test_nothing_of_it_reaches_an_outsider(bob_api, eve_api, eve, direct, secret):
    said(bob_api, direct, "@eve secret")
    bob_api.post(f"{direct}/read")

    assert told(eve) == []
    assert eve_api.get("/rooms").json()["items"] == []
    assert eve_api.get("/rooms").json()["unread"] == 0
    assert eve_api.get("/rooms?public=1").json()["total"] == 0
    assert eve_api.get("/messages?q=secret").json()["total"] == 0
    assert not Notification.objects.filter(user=eve).exists()


def test_a_message_is_found_in_its_own_room_alone(api, private, secret):
    assert api.get(f"{private}/messages/{secret['id']}").status_code == 404
    assert api.get(f"{private}/files/{secret['files'][0]['id']}").status_code == 404


def test_who_is_out_is_an_outsider(api, bob_api, bob, private):
    said(api, private, "secret")
    api.delete(f"{private}/members/bob")
    before = len(told(bob))

    said(api, private, "secret again")

    assert len(told(bob)) == before
    assert bob_api.get(f"{private}/messages").status_code == 404
    assert bob_api.get("/messages?q=secret").json()["total"] == 0
    assert bob_api.get("/rooms").json()["unread"] == 0


def test_a_public_room_is_seen_by_all_and_told_to_its_members(api, bob_api, bob, public):
    message = said(api, public, "hello")

    assert bob_api.get(f"{public}/messages").json()["total"] == 1
    assert bob_api.post(f"{public}/messages", {"text": "hi"}).status_code == 403
    assert bob_api.post(f"{public}/read").status_code == 403
    assert put(bob_api, f"{public}/messages/{message['id']}/reactions/👍").status_code == 403
    assert bob_api.get("/messages?q=hello").json()["total"] == 0
    assert told(bob) == []
