"""Muting a task or a room, seeing what is muted, and taking it back."""

import json

import pytest

from realtime.events import publishing
from realtime.models import Event, Mute, Notification
from realtime.notifications.services import notify

TASK, ROOM = "task:0198c0de-0000-7000-8000-000000000000", "room:0198c0de-0000-7000-8000-000000000001"


def tell(user, subject=TASK, title="Finished: Passwords"):
    with publishing() as publisher:
        kind = Notification.Kind.TASK_COMPLETED
        notify(publisher, user.pk, kind, subject=subject, title=title, body="", url="/tasks/1/")
    return Notification.objects.filter(user=user, subject=subject).latest("created_at")


def latest_event(user):
    return json.loads(Event.objects.filter(user=user).latest("seq").frame)


def test_muting_reads_what_was_told_and_silences_what_comes(api, ada):
    note = tell(ada)

    assert api.post("/notifications/mute", {"ids": [str(note.pk)]}).json() == {"unread": 0}
    tell(ada)

    listed = api.get("/notifications").json()
    assert [(item["muted"], item["read_at"] is None) for item in listed["items"]] == [(True, False)]
    assert listed["unread"] == 0
    assert api.get("/notifications?archived=true").json()["total"] == 1


def test_every_tab_hears_of_the_mute_without_a_pop_up(api, ada):
    note = tell(ada)
    api.post("/notifications/mute", {"ids": [str(note.pk)]})

    event = latest_event(ada)

    assert event["type"] == "notification.updated"
    assert event["notification"] == api.get("/notifications").json()["items"][0]
    assert (event["unread"], event["popup"]) == (0, False)


def test_unmuting_lets_the_next_one_through(api, ada):
    tell(ada)
    api.post("/notifications/mute", {"subjects": [TASK]})

    assert api.post("/notifications/unmute", {"subjects": [TASK]}).status_code == 200
    tell(ada)

    assert api.get("/notifications").json()["unread"] == 1
    assert latest_event(ada)["popup"] is True


def test_what_is_muted_is_listed_with_what_was_told_last(api, ada):
    tell(ada)
    tell(ada, ROOM, title="bob: hello")
    api.post("/notifications/mute", {"subjects": [TASK, ROOM]})
    Notification.objects.filter(subject=TASK).delete()

    listed = api.get("/notifications/mutes").json()

    assert {(item["subject"], item["title"]) for item in listed["items"]} == {
        (TASK, ""),
        (ROOM, "bob: hello"),
    }


@pytest.mark.parametrize(
    "body", [{}, {"ids": ["x"]}, {"subjects": ["x" * 81]}, {"subjects": ["a\0"]}, {"all": True}]
)
def test_a_bad_choice_is_refused(api, body):
    assert api.post("/notifications/mute", body).status_code == 422
    assert api.post("/notifications/unmute", body).status_code == 422


def test_what_was_never_told_and_has_no_subject_is_not_muted(api, ada):
    note = tell(ada, subject="")

    api.post("/notifications/mute", {"ids": [str(note.pk)], "subjects": ["", "task:made-up"]})

    assert not Mute.objects.exists()


def test_an_outsider_mutes_nothing(bob_api, client, bob, ada):
    note = tell(ada)

    assert bob_api.post("/notifications/mute", {"ids": [str(note.pk)], "subjects": [TASK]}).status_code == 200
    client.force_login(bob)
    assert client.post(f"/notifications/{note.pk}/mute/").status_code == 404
    assert not Mute.objects.exists()


def test_mutes_are_made_shown_and_taken_back_without_javascript(client, ada):
    note = tell(ada)
    client.force_login(ada)

    assert client.post(f"/notifications/{note.pk}/mute/").url == "/notifications/"
    assert "Finished: Passwords" in client.get("/notifications/?show=muted").text
    assert client.post("/notifications/unmute/", {"subject": TASK}).url == "/notifications/?show=muted"

    assert "Nothing is muted." in client.get("/notifications/?show=muted").text
    assert not Mute.objects.exists()
