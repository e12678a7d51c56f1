"""ada's account is deleted: nothing of her tasks stays with bob and carol, with whom she shared them."""

from __future__ import annotations

import pytest

from core.models import User
from generator.models import Task
from generator.services import request_task
from realtime.chat.models import Room
from tests.generator.sharing import Page, shared


@pytest.fixture
def people(task):
    cast = {name: Page(name) for name in ("ada", "bob", "carol")}
    shared(task, cast)
    request_task(cast["carol"].user, requirement="Mail the owner.")
    for page in cast.values():
        page.listen()
    return cast


def test_shared_tasks_go_from_everybody(people, task):
    people["ada"].user.delete()

    for name in ("bob", "carol"):
        people[name].assert_up_to_date()
        assert str(task.pk) not in people[name].tasks
        assert people[name].api.get("/rooms").json()["items"] == []
    assert not Room.objects.filter(task_id=task.pk).exists()


def test_a_room_that_only_the_owner_was_left_in_goes_too(people, task):
    for name in ("bob", "carol"):
        people["ada"].api.delete(f"/tasks/{task.pk}/members/{name}")

    people["ada"].user.delete()

    assert not Room.objects.exists()


def test_a_member_who_is_deleted_leaves_the_task_and_its_room(people, task):
    people["bob"].user.delete()

    members = people["ada"].api.get(f"/tasks/{task.pk}/members").json()["items"]
    room = people["ada"].api.get("/rooms").json()["items"][0]
    assert [member["name"] for member in members] == ["ada", "carol"] == room["members"]


def test_many_are_deleted_at_once_as_the_administration_does_it(people, task):
    User.objects.filter(username__in=["ada", "carol"]).delete()

    people["bob"].assert_up_to_date()
    assert not Task.objects.exists()
    assert not Room.objects.exists()


def test_a_deleted_task_is_discussed_no_more_until_it_is_restored(people, task):
    room = people["bob"].api.get("/rooms").json()["items"][0]
    messages = f"/rooms/{room['id']}/messages"
    people["carol"].api.post(messages, {"text": "hello"})

    people["ada"].api.delete(f"/tasks/{task.pk}")
    for name in people:
        assert people[name].api.get(messages).status_code == 404
        assert people[name].api.get("/rooms").json()["unread"] == 0

    people["ada"].api.post(f"/tasks/{task.pk}/restore")
    for name in people:
        assert people[name].api.get(messages).json()["total"] == 1
        assert people[name].api.get(f"/rooms/{room['id']}").json()["members_count"] == 3
