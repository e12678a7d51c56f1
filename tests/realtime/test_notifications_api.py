import json
from datetime import timedelta

import pytest
from django.utils import timezone

from realtime.events import publishing
from realtime.models import Event, Notification
from realtime.notifications.services import notify


@pytest.fixture
def notes(ada):
    """Three unread notifications of ada's, the newest first."""
    for number in range(3):
        with publishing() as publisher:
            notify(
                publisher,
                ada.pk,
                Notification.Kind.SYSTEM,
                subject="",
                title=f"Note {number}",
                body="",
                url="/",
            )
    for number, note in enumerate(Notification.objects.order_by("id")):
        Notification.objects.filter(pk=note.pk).update(created_at=timezone.now() + timedelta(seconds=number))
    return list(Notification.objects.all())


def told(user):
    return json.loads(Event.objects.filter(user=user).latest("seq").frame)


def test_the_list_shows_the_newest_first_with_the_unread_number(api, notes):
    listed = api.get("/notifications?limit=2").json()

    assert [note["title"] for note in listed["items"]] == ["Note 2", "Note 1"]
    assert (listed["total"], listed["unread"]) == (3, 3)
    rest = api.get(f"/notifications?limit=2&cursor={listed['next']}").json()
    assert [note["title"] for note in rest["items"]] == ["Note 0"]
    assert rest["next"] is None


def test_some_are_read(api, ada, notes):
    response = api.post("/notifications/read", {"ids": [str(notes[0].pk)]})

    assert response.status_code == 200
    assert response.json() == {"unread": 2}
    assert told(ada)["type"] == "notification.read"
    assert told(ada)["unread"] == 2


def test_all_are_read(api, notes):
    assert api.post("/notifications/read", {"all": True}).json() == {"unread": 0}


def test_seen_ones_stay_unread(api, notes):
    assert api.post("/notifications/seen", {"all": True}).json() == {"unread": 3}
    assert all(note["seen_at"] for note in api.get("/notifications").json()["items"])


def test_archived_ones_leave_the_list(api, notes):
    assert api.post("/notifications/archive", {"ids": [str(notes[0].pk)]}).json() == {"unread": 2}

    assert len(api.get("/notifications").json()["items"]) == 2
    assert [n["title"] for n in api.get("/notifications?archived=true").json()["items"]] == ["Note 2"]


@pytest.mark.parametrize("verb", ["read", "seen", "archive"])
@pytest.mark.parametrize(
    "body", [{}, {"ids": [], "all": True}, {"ids": ["x"]}, {"all": False}, {"all": 1}, {"id": []}]
)
def test_a_bad_choice_is_refused(api, notes, verb, body):
    assert api.post(f"/notifications/{verb}", body).status_code == 422


@pytest.mark.parametrize("verb", ["read", "seen", "archive"])
def test_an_outsider_changes_nothing(bob_api, ada, notes, verb):
    response = bob_api.post(f"/notifications/{verb}", {"ids": [str(note.pk) for note in notes]})

    assert response.json() == {"unread": 0}
    assert not Notification.objects.exclude(read_at=None, seen_at=None, archived_at=None).exists()
    assert bob_api.get("/notifications").json()["items"] == []
