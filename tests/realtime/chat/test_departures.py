"""Somebody's account is deleted: what they said stays, and the rooms go on without them."""

import pytest

from realtime.chat.system import tell_in_chat
from realtime.events import publishing
from realtime.models import Event, Room
from tests.realtime.chat.conftest import put, said, told


@pytest.fixture
def page(client, bob):
    client.force_login(bob)
    return client


def test_a_room_goes_on_without_who_made_it(api, ada, bob, bob_api, private):
    message = said(api, private, "hello")
    put(api, f"{private}/messages/{message['id']}/reactions/👍")

    ada.delete()

    room = bob_api.get(private).json()
    assert (room["members"], room["created_by"], room["unread"]) == (["bob"], "bob", 1)
    assert told(bob, "room.updated")[-1]["room"] == room
    shown = bob_api.get(f"{private}/messages").json()["items"][0]
    assert (shown["author"], shown["text"], shown["reactions"]) == (None, "hello", [])
    assert bob_api.delete(f"{private}/messages/{message['id']}").status_code == 204
    assert not Event.objects.exclude(user=bob).exists()


def test_nobodys_words_are_taken_for_those_of_the_site(api, ada, bob_api, page, direct):
    answer = said(bob_api, direct, "Well?", reply_to=said(api, direct, "hello")["id"])
    said(api, direct, "bye")

    ada.delete()

    address = direct.replace("/rooms", "/chat")
    for path in (f"{address}/", "/chat/", "/chat/?q=hello", f"{address}/?at={answer['id']}"):
        html = page.get(path).text
        assert "<bdi>Caseloom" not in html, path
        assert 'data-field="author">Caseloom' not in html.partition("</main>")[0], path
        assert "Deleted user" in html, path
    assert bob_api.get(direct).json()["name"] == "Deleted user"


def test_a_deleted_user_takes_what_nobody_else_sees_along(api, ada, bob, public, eve):
    api.post("/rooms", {"kind": "private", "name": "Notes"})
    with publishing() as publisher:
        tell_in_chat(publisher, ada.pk, title="Done", body="", url="")

    ada.delete()

    assert [(room.kind, room.created_by) for room in Room.objects.all()] == [("public", None)]


def test_both_of_a_direct_room_go_one_after_the_other(ada, bob, direct):
    ada.delete()
    bob.delete()

    assert not Room.objects.exists()


def test_somebody_who_was_shut_out_is_brought_into_no_room(api, bob, eve, private):
    eve.is_active = False
    eve.save()

    assert put(api, f"{private}/members/eve").status_code == 404
    assert api.get(private).json()["members"] == ["ada", "bob"]
