import pytest

from realtime.events import publishing
from realtime.models import Notification
from realtime.notifications.services import notify


@pytest.fixture
def note(ada):
    with publishing() as publisher:
        notify(
            publisher,
            ada.pk,
            Notification.Kind.SYSTEM,
            subject="",
            title="Hello <ada>",
            body="",
            url="/tasks/",
        )
    return Notification.objects.get(user=ada)


def test_the_bell_counts_and_the_page_lists(client, ada, note):
    client.force_login(ada)
    html = client.get("/notifications/").text

    assert 'data-unread="1"' in html
    assert "Hello &lt;ada&gt;" in html


def test_what_the_page_shows_is_seen_but_unread(client, ada, note):
    client.force_login(ada)
    client.get("/notifications/")

    note.refresh_from_db()
    assert note.seen_at
    assert note.read_at is None


def test_reading_one_and_reading_all_without_javascript(client, ada, note):
    client.force_login(ada)

    assert client.post(f"/notifications/{note.pk}/read/").url == "/notifications/"
    assert 'data-unread="0"' in client.get("/").text
    assert client.post("/notifications/read/").url == "/notifications/"


def test_an_outsider_reads_nothing(client, bob, note):
    client.force_login(bob)

    assert client.post(f"/notifications/{note.pk}/read/").status_code == 404
    assert "Hello" not in client.get("/notifications/").text
