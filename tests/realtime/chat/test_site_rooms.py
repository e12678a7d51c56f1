"""Rooms that the site keeps by itself: of shared tasks, and its own conversation with each user."""

import pytest
from django.core.files.base import ContentFile

from core.ids import uuid7
from realtime.chat.rooms import drop_task_room, keep_task_room, unread_of
from realtime.chat.system import tell_in_chat
from realtime.events import publishing
from realtime.models import Membership, Notification, Room
from tests.realtime.chat.conftest import put, said, told


@pytest.fixture
def task_id():
    return uuid7()


def keep(task_id, *people, name="Passwords"):
    with publishing() as publisher:
        return keep_task_room(publisher, task_id, name=name, member_ids=[user.pk for user in people])


def test_a_shared_task_has_one_room_that_follows_its_name_and_members(ada, bob, eve, api, task_id):
    room = keep(task_id, ada, bob)
    same = keep(task_id, ada, eve, name="Login")

    assert room == same
    shown = api.get(f"/rooms/{room.pk}").json()
    assert (shown["kind"], shown["name"], shown["task_id"]) == ("task", "Login", str(task_id))
    assert shown["members"] == ["ada", "eve"]
    assert told(bob, "room.updated")[-1]["room"]["level"] is None
    assert told(eve, "room.updated")[-1]["room"]["name"] == "Login"


def test_nobody_else_decides_who_is_in_a_tasks_room(ada, bob, eve, api, bob_api, task_id):
    room = f"/rooms/{keep(task_id, ada, bob).pk}"

    assert put(api, f"{room}/members/eve").status_code == 409
    assert bob_api.delete(f"{room}/members/me").status_code == 409
    assert api.patch(room, {"name": "Mine"}).status_code == 409
    assert bob_api.patch(room, {"level": "mentions"}).status_code == 200


def test_a_task_that_is_shared_no_more_keeps_its_room_for_its_owner(ada, bob, api, bob_api, task_id):
    room = f"/rooms/{keep(task_id, ada, bob).pk}"
    said(bob_api, room, "hello")

    keep(task_id, ada)

    assert api.get(f"{room}/messages").json()["total"] == 1
    assert bob_api.get(room).status_code == 404


def test_a_purged_task_takes_its_room_along(ada, bob, api, task_id):
    room = keep(task_id, ada, bob)
    said(api, f"/rooms/{room.pk}", "hello")

    for _ in range(2):
        with publishing() as publisher:
            drop_task_room(publisher, task_id)

    assert not Room.objects.exists()
    assert told(bob, "room.updated")[-1]["room"]["level"] is None
    assert told(bob, "room.updated")[-1]["unread"] == 0
    assert not Notification.objects.filter(user=bob).unread().exists()


def tell(user, title="<b>Login</b> is done", body="3 **cases**", url="/tasks/1/"):
    with publishing() as publisher:
        tell_in_chat(publisher, user.pk, title=title, body=body, url=url)


def test_the_site_speaks_to_each_user_in_one_conversation(ada, api):
    tell(ada)
    tell(ada, title="Search failed")

    (room,) = api.get("/rooms").json()["items"]
    assert (room["kind"], room["name"], room["unread"], room["members"]) == ("system", "Caseloom", 2, ["ada"])
    assert (unread_of(ada), told(ada)[-1]["unread"]) == (2, 2)
    assert not Notification.objects.exists()
    first = api.get(f"/rooms/{room['id']}/messages").json()["items"][1]
    assert first["author"] is None
    assert first["text"] == "<b>Login</b> is done\n3 **cases**\n/tasks/1/"
    assert first["html"].startswith('<p><a href="/tasks/1/"')
    assert "&lt;b&gt;Login&lt;/b&gt; is done</a></p><p>3 **cases**</p>" in first["html"]


def test_the_sites_conversation_is_its_users_alone(ada, bob, api, bob_api):
    tell(ada)
    room = f"/rooms/{Room.objects.get().pk}"

    assert bob_api.get(room).status_code == 404
    assert put(api, f"{room}/members/bob").status_code == 409
    message = api.get(f"{room}/messages").json()["items"][0]
    assert api.delete(f"{room}/messages/{message['id']}").status_code == 403
    assert api.post(f"{room}/read").json()["unread"] == 0
    assert Membership.objects.count() == 1


def test_nobody_but_the_site_speaks_in_its_conversation(ada, api, client):
    tell(ada)
    room = Room.objects.get()
    client.force_login(ada)

    assert api.post(f"/rooms/{room.pk}/messages", {"text": "hello"}).status_code == 403
    assert api.upload(f"/rooms/{room.pk}/messages", files=[ContentFile(b"x", name="a")]).status_code == 403
    assert client.post(f"/chat/{room.pk}/send/", {"text": "hello"}).status_code == 422
    assert room.messages.count() == 1
