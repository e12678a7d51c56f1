"""Sharing a task over the API: ada owns it, bob may look, carol may edit, eve is an outsider."""

from __future__ import annotations

import pytest

from core.models import User
from generator.editing import add_case
from generator.models import Member, Task
from generator.services import delete_task
from realtime.chat.models import Membership, Room
from realtime.models import Event
from realtime.notifications.models import Notification
from tests.generator.sharing import Page, shared


@pytest.fixture
def cast(ada):
    return {name: Page(name) for name in ("ada", "bob", "carol", "eve")}


@pytest.fixture
def people(cast, analysed):
    add_case(analysed, cast["ada"].user, {"title": "One", "requirements": ["R1"]})
    shared(analysed, cast)
    return cast


def changes(task: Task) -> list[tuple[str, str, dict | None]]:
    """Everything that changes a task or its cases, and what an editor is answered."""
    one = f"/tasks/{task.pk}"
    return [
        ("POST", f"{one}/cases", {"title": "Two"}),
        ("PATCH", f"{one}/cases/TC-001", {"rev": 1, "title": "Other"}),
        ("POST", f"{one}/cases/TC-001/restore", {"rev": 1}),
        ("DELETE", f"{one}/cases/TC-001", None),
        ("PATCH", one, {"title": "Renamed"}),
        ("POST", f"{one}/cancel", None),
        ("POST", f"{one}/retry", None),
    ]


def owners_own(task: Task) -> list[tuple[str, str, dict | None]]:
    one = f"/tasks/{task.pk}"
    return [
        ("PUT", f"{one}/members/eve", {"role": "view"}),
        ("DELETE", f"{one}/members/ada", None),
        ("DELETE", one, None),
    ]


def test_the_owner_stands_first_and_the_others_by_name(people, analysed):
    for name in ("ada", "bob", "carol"):
        answer = people[name].api.get(f"/tasks/{analysed.pk}/members")
        assert answer.json()["items"] == [
            {"name": "ada", "role": "owner"},
            {"name": "bob", "role": "view"},
            {"name": "carol", "role": "edit"},
        ]
    assert people["eve"].api.get(f"/tasks/{analysed.pk}/members").status_code == 404


def test_each_reads_the_task_with_their_own_role(people, analysed):
    for name, role in {"ada": "owner", "bob": "view", "carol": "edit"}.items():
        read = people[name].api.get(f"/tasks/{analysed.pk}").json()
        assert (read["role"], read["owner"]) == (role, "ada")
        (listed,) = people[name].api.get("/tasks").json()["items"]
        assert (listed["role"], listed["owner"]) == (role, "ada")
    assert people["eve"].api.get("/tasks").json()["items"] == []


def test_who_may_look_changes_nothing(people, analysed):
    before = Event.objects.count()

    for method, path, body in [*changes(analysed), *owners_own(analysed)]:
        assert people["bob"].api.call(method, path, body).status_code == 403, path

    assert Event.objects.count() == before


def test_who_may_edit_does_all_but_what_is_the_owners(people, analysed):
    for method, path, body in changes(analysed):
        assert people["carol"].api.call(method, path, body).status_code < 300, path
    for method, path, body in owners_own(analysed):
        assert people["carol"].api.call(method, path, body).status_code == 403, path


def test_an_outsider_finds_nothing_to_change(people, analysed):
    for method, path, body in [*changes(analysed), *owners_own(analysed)]:
        assert people["eve"].api.call(method, path, body).status_code == 404, path


def test_in_bulk_each_reaches_what_is_theirs_to_change(people, analysed):
    everything: dict[str, dict[str, str]] = {"filter": {}}
    for name, action, matched in [
        ("bob", "cancel", 0),
        ("carol", "delete", 0),
        ("carol", "cancel", 1),
        ("bob", "delete", 0),
        ("eve", "delete", 0),
        ("ada", "delete", 1),
    ]:
        asked = people[name].api.post("/tasks/bulk", {"action": action, **everything})
        assert asked.json() == {"matched": matched}, (name, action)


def test_only_its_owner_brings_a_deleted_task_back(people, analysed):
    delete_task(analysed, people["ada"].user)

    for name, status in {"bob": 404, "carol": 404, "eve": 404, "ada": 200}.items():
        assert people[name].api.post(f"/tasks/{analysed.pk}/restore").status_code == status, name
    assert len(people["bob"].fetch()) == 1


@pytest.mark.parametrize(
    ("name", "role", "status"),
    [("ada", "view", 409), ("nobody", "view", 404), ("eve", "owner", 422), ("eve", None, 422)],
)
def test_what_cannot_be_shared(people, analysed, name, role, status):
    asked = people["ada"].api.call("PUT", f"/tasks/{analysed.pk}/members/{name}", {"role": role})

    assert asked.status_code == status
    assert Member.objects.count() == 2


def test_who_may_not_sign_in_is_nobody_to_share_with(people, analysed):
    User.objects.filter(username="eve").update(is_active=False)

    asked = people["ada"].api.call("PUT", f"/tasks/{analysed.pk}/members/eve", {"role": "view"})

    assert asked.status_code == 404


def test_a_role_is_changed_and_said_once(people, analysed):
    for _ in range(2):
        asked = people["ada"].api.call("PUT", f"/tasks/{analysed.pk}/members/bob", {"role": "edit"})
        assert asked.json() == {"name": "bob", "role": "edit"}

    assert people["bob"].api.patch(f"/tasks/{analysed.pk}", {"title": "Mine, too"}).status_code == 200
    assert analysed.timeline.filter(kind="shared.edit").count() == 2
    assert Notification.objects.filter(user=people["bob"].user, kind="chat.invite").count() == 1


def test_the_owner_removes_others_and_others_themselves(people, analysed):
    one = f"/tasks/{analysed.pk}/members"
    assert people["bob"].api.delete(f"{one}/carol").status_code == 403
    assert people["bob"].api.delete(f"{one}/bob").status_code == 204
    assert people["bob"].api.delete(f"{one}/bob").status_code == 404
    assert people["ada"].api.delete(f"{one}/carol").status_code == 204
    assert people["ada"].api.delete(f"{one}/eve").status_code == 404
    assert people["ada"].api.delete(f"{one}/ada").status_code == 409

    assert [entry["kind"] for entry in people["ada"].api.get(f"/tasks/{analysed.pk}/events").json()[-2:]] == [
        "left",
        "unshared",
    ]
    for name in ("bob", "carol"):
        assert people[name].api.get(f"/tasks/{analysed.pk}").status_code == 404


def test_the_newcomer_is_invited_in_their_own_language(ada, bob, task):
    User.objects.filter(pk=bob.pk).update(language="zh-hans")

    shared(task, {"bob": Page("bob")})

    note = Notification.objects.get(user=bob)
    assert (note.kind, note.url) == ("chat.invite", f"/tasks/{task.pk}/")
    assert "分享" in note.title
    assert not Notification.objects.filter(user=ada).exists()


def test_the_tasks_room_follows_who_shares_it_and_its_name(people, analysed):
    room = Room.objects.get(task_id=analysed.pk)
    assert names_in(room) == {"ada", "bob", "carol"}

    people["carol"].api.patch(f"/tasks/{analysed.pk}", {"title": "Renamed"})
    people["ada"].api.delete(f"/tasks/{analysed.pk}/members/bob")

    room.refresh_from_db()
    assert (room.name, names_in(room)) == ("Renamed", {"ada", "carol"})


def test_a_task_that_was_never_shared_has_no_room(api, task):
    api.patch(f"/tasks/{task.pk}", {"title": "Renamed"})

    assert not Room.objects.exists()


def names_in(room: Room) -> set[str]:
    return set(Membership.objects.filter(room=room).values_list("user__username", flat=True))
