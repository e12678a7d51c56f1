"""What staff tell people."""

import json

import pytest

from core.models import User
from realtime.models import Event, Notification
from realtime.notifications import sending
from tests.conftest import ApiClient

PATH = "/notifications"
NEWS = {"title": "Maintenance", "body": "On Sunday.", "url": "/tasks/"}


@pytest.fixture
def staff(db):
    return User.objects.create_user("rita", password="correct horse battery", is_staff=True)


@pytest.fixture
def staff_api(staff):
    return ApiClient(staff)


def test_those_who_are_named_are_told(staff_api, ada, bob):
    response = staff_api.post(PATH, {"users": ["ada"], **NEWS})

    assert (response.status_code, response.json()) == (201, {"count": 1})
    note = Notification.objects.get()
    assert (note.user, note.kind, note.title, note.url) == (ada, "system", "Maintenance", "/tasks/")
    event = json.loads(Event.objects.get(user=ada).frame)
    assert (event["type"], event["unread"], event["popup"]) == ("notification.created", 1, True)


def test_everyone_is_told_in_short_transactions(staff_api, django_assert_max_num_queries):
    people = [User(username=f"user{number}") for number in range(sending.USERS_A_TRANSACTION + 5)]
    User.objects.bulk_create(people)
    User.objects.filter(username="user0").update(is_active=False)

    with django_assert_max_num_queries(3 * len(people)):
        response = staff_api.post(PATH, {"users": "all", **NEWS})

    assert response.json() == {"count": len(people)}  # without user0, with the sender
    assert Notification.objects.exclude(user__username="user0").count() == len(people)
    assert Event.objects.count() == len(people)


def test_a_name_given_twice_is_told_once(staff_api, ada):
    assert staff_api.post(PATH, {"users": ["ada", "ada"], **NEWS}).json() == {"count": 1}


def test_who_does_not_want_it_in_the_site_has_no_bell(staff_api, api, ada):
    api.call("PUT", "/notifications/preferences", {"kinds": {"system": {"site": False}}})

    staff_api.post(PATH, {"users": ["ada"], **NEWS})

    assert api.get("/notifications").json()["items"] == []
    assert not Event.objects.filter(user=ada).exists()


def test_unknown_names_are_named_and_nobody_is_told(staff_api, ada):
    response = staff_api.post(PATH, {"users": ["ada", "nobody", "no one"], **NEWS})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"field": "users", "message": "Nobody here is called: no one, nobody."}
    ]
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"users": []}, "users"),
        ({"users": None}, "users"),
        ({"users": "ada"}, "users"),
        ({"users": ["ada"] * 1_001}, "users"),
        ({"title": ""}, "title"),
        ({"title": "\u3000\u200b"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": "x" * 2_001}, "body"),
        ({"body": "\0"}, "body"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "//evil.example/"}, "url"),
        ({"url": "/\\evil.example/"}, "url"),
        ({"url": "tasks/"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "http://[::1/"}, "url"),
        ({"url": "/a\nb"}, "url"),
        ({"url": "/" + "x" * 500}, "url"),
        ({"kind": "task.failed"}, "kind"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_field(staff_api, ada, changed, field):
    response = staff_api.post(PATH, {"users": ["ada"], **NEWS, **changed})

    assert response.status_code == 422
    assert field in [error["field"] for error in response.json()["errors"]]
    assert not Notification.objects.exists()


@pytest.mark.parametrize("url", ["", "/tasks/?q=a#b", "https://example.org/x", "http://10.0.0.1:8080/"])
def test_links_lead_into_the_site_or_onto_the_web(staff_api, ada, url):
    assert staff_api.post(PATH, {"users": ["ada"], **NEWS, "url": url}).status_code == 201


def test_only_staff_may_send(api, client, ada, bob):
    assert api.post(PATH, {"users": ["bob"], **NEWS}).status_code == 403

    client.force_login(ada)
    assert client.get("/notifications/send/").status_code == 403
    assert client.post("/notifications/send/", {"users": "bob", **NEWS}).status_code == 403
    assert "/notifications/send/" not in client.get("/notifications/").text
    assert not Notification.objects.exists()


def test_the_page_sends_to_names_with_any_commas(client, staff, ada, bob):
    client.force_login(staff)
    assert "/notifications/send/" in client.get("/notifications/").text

    response = client.post("/notifications/send/", {"users": "ada，bob\n", **NEWS}, follow=True)

    assert "2 people are told." in response.text
    assert set(Notification.objects.values_list("user__username", flat=True)) == {"ada", "bob"}


def test_the_page_sends_to_everyone(client, staff, ada, bob):
    client.force_login(staff)

    response = client.post("/notifications/send/", {"whom": "all", "users": "", **NEWS}, follow=True)

    assert "3 people are told." in response.text


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(client, staff):
    client.force_login(staff)

    response = client.post("/notifications/send/", {"users": "nobody", **NEWS, "url": "javascript:1"})
    assert response.status_code == 422
    assert "Give a path on this site" in response.text
    response = client.post("/notifications/send/", {"users": "nobody", **NEWS, "title": ""})
    assert "Give some text." in response.text
    response = client.post("/notifications/send/", {"users": "nobody", **NEWS})
    assert "Nobody here is called: nobody." in response.text
    assert "On Sunday." in response.text
