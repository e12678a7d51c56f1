"""Making rooms, and who comes and goes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from realtime.chat.rooms import set_level
from realtime.models import Membership, Notification, Room
from tests.realtime.chat.conftest import address_of, put, room_at, said, told


def test_two_people_have_one_direct_room(api, bob_api, ada, bob):
    first = api.post("/rooms", {"kind": "direct", "members": ["bob"]})
    again = bob_api.post("/rooms", {"kind": "direct", "members": ["ada"]})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["name"], again.json()["name"]) == ("bob", "ada")
    assert sorted(again.json()["members"]) == ["ada", "bob"]
    assert [event["room"]["id"] for event in told(bob, "room.updated")] == [first.json()["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "task", "members": ["bob"]},
        {"kind": "system"},
        {"kind": "direct"},
        {"kind": "direct", "members": ["ada"]},
        {"kind": "direct", "members": ["bob", "eve"]},
        {"kind": "party"},
        {"kind": "private", "name": "x" * 201},
        {"kind": "private", "rooms": 1},
    ],
)
def test_rooms_that_cannot_be_are_refused(api, bob, eve, body):
    assert api.post("/rooms", body).status_code == 422
    assert not Room.objects.exists()


def test_unknown_people_are_named(api, bob):
    refused = api.post("/rooms", {"kind": "private", "members": ["bob", "nobody", "none"]})

    assert refused.status_code == 422
    assert "nobody, none" in refused.json()["errors"][0]["message"]


def test_who_is_invited_is_notified_and_shown_the_room(api, ada, bob, private):
    note = Notification.objects.get(user=bob)

    assert (note.kind, note.url) == ("chat.invite", f"/chat{private.removeprefix('/rooms')}/")
    assert note.title == "ada invited you to “Release”"
    assert told(bob, "room.updated")[-1]["room"]["members"] == ["ada", "bob"]
    assert not Notification.objects.filter(user=ada).exists()


def test_members_bring_others_in_and_outsiders_do_not(bob_api, eve_api, eve, private):
    assert put(eve_api, f"{private}/members/eve").status_code == 404

    added = put(bob_api, f"{private}/members/eve")

    assert added.json()["members"] == ["ada", "bob", "eve"]
    assert put(bob_api, f"{private}/members/eve").status_code == 200
    assert put(bob_api, f"{private}/members/nobody").status_code == 404
    assert eve_api.get(private).status_code == 200


def test_people_join_public_rooms_themselves(bob_api, eve_api, eve, public):
    assert bob_api.get("/rooms?public=1").json()["items"][0]["level"] is None
    assert put(bob_api, f"{public}/members/eve").status_code == 403

    assert put(bob_api, f"{public}/members/me").json()["level"] == "all"

    assert bob_api.get("/rooms").json()["total"] == 1
    assert eve_api.get("/rooms").json()["total"] == 0


def test_who_made_a_room_puts_others_out_and_others_only_themselves(api, bob_api, bob, eve, private):
    put(api, f"{private}/members/eve")

    assert bob_api.delete(f"{private}/members/eve").status_code == 403
    assert api.delete(f"{private}/members/bob").status_code == 204

    assert told(bob, "room.updated")[-1]["room"]["level"] is None
    assert "bob" not in told(bob, "room.updated")[-1]["room"]["members"]
    assert bob_api.get(private).status_code == 404
    assert not Notification.objects.filter(user=bob).unread().exists()


def test_who_leaves_passes_the_room_on_and_the_last_one_ends_it(api, bob_api, private):
    assert api.delete(f"{private}/members/me").status_code == 204
    assert bob_api.get(private).json()["created_by"] == "bob"

    assert bob_api.delete(f"{private}/members/bob").status_code == 204

    assert not Room.objects.exists()


def test_a_direct_room_keeps_its_two(api, eve, direct):
    assert put(api, f"{direct}/members/eve").status_code == 409
    assert api.delete(f"{direct}/members/bob").status_code == 409
    assert api.delete(f"{direct}/members/me").status_code == 409
    assert api.patch(direct, {"name": "Us"}).status_code == 409


def test_members_rename_rooms_for_all_and_choose_levels_for_themselves(bob_api, api, eve_api, ada, private):
    assert bob_api.patch(private, {"name": "Launch", "level": "mentions"}).json()["level"] == "mentions"

    assert (told(ada)[-1]["room"]["name"], told(ada)[-1]["room"]["level"]) == ("Launch", "all")
    assert eve_api.patch(private, {"name": "Mine"}).status_code == 404
    assert bob_api.patch(private, {"level": "loud"}).status_code == 422


def test_the_501st_member_is_refused(api, ada, public):
    room = room_at(public)
    people = User.objects.bulk_create(User(username=f"user{n}") for n in range(500))
    Membership.objects.bulk_create(Membership(room=room, user=user) for user in people[:499])

    assert put(api, f"{public}/members/user499").status_code == 409
    names = [user.username for user in people]
    refused = api.post("/rooms", {"kind": "private", "members": names})
    assert refused.status_code == 422
    assert "500" in refused.json()["detail"]


def test_the_list_has_what_was_spoken_in_last_first_and_the_sum_of_the_unread(api, bob_api, direct, private):
    said(api, private, "one")
    said(api, direct, "two")
    said(api, direct, "three")

    listed = bob_api.get("/rooms?limit=1").json()

    assert listed["items"][0]["last_message"]["text"] == "three"
    assert (listed["items"][0]["unread"], listed["unread"], listed["total"]) == (2, 3, 2)
    rest = bob_api.get(f"/rooms?limit=1&cursor={listed['next']}").json()
    assert [room["name"] for room in rest["items"]] == ["Release"]


def queries_of(api, path):
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status_code == 200
    return len(queries)


def test_a_long_list_costs_no_more_queries_than_a_short_one(api, bob, direct):
    said(api, direct, "hello")
    short = queries_of(api, "/rooms?limit=100")
    for number in range(20):
        room = address_of(api.post("/rooms", {"kind": "private", "name": f"{number}", "members": ["bob"]}))
        said(api, room, f"hello {number}")

    assert queries_of(api, "/rooms?limit=100") == short


def test_a_member_who_can_be_nobodys_name_is_refused_as_any_other(api, ada):
    halves = '{"kind": "private", "members": ["\\ud800"]}'

    for content in (halves, halves.replace("ud800", "u0000")):
        refused = api._client.post(
            "/api/v1/rooms",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {api.secret}"},
        )
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "members.0"


def test_a_level_that_is_set_says_nothing_old_of_the_room(api, bob, bob_api, private):
    before = room_at(private)
    said(api, private, "hello")

    set_level(before, bob, "mentions")

    assert told(bob, "room.updated")[-1]["room"] == bob_api.get(private).json()
