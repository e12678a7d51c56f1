import re
from html import unescape

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


def test_archived_ones_leave_the_page_for_the_archive_without_javascript(client, ada, note):
    client.force_login(ada)

    assert client.post(f"/notifications/{note.pk}/archive/").url == "/notifications/"

    assert "Hello &lt;ada&gt;" not in client.get("/notifications/").text
    assert "Hello &lt;ada&gt;" in client.get("/notifications/?show=archived").text


def test_the_unread_view_and_its_pages_leave_out_what_was_read(client, ada, note):
    client.force_login(ada)
    assert f'data-notification="{note.pk}"' in listed(client, "unread")

    client.post(f"/notifications/{note.pk}/read/")

    assert f'data-notification="{note.pk}"' not in listed(client, "unread")
    assert f'data-notification="{note.pk}"' in listed(client, "all")


def test_more_than_a_page_is_reached_by_its_link(client, ada):
    rows = [Notification(user=ada, kind="system", title=f"Note {number:03}") for number in range(60)]
    Notification.objects.bulk_create(rows)
    client.force_login(ada)

    shown, address = set(), "/notifications/?show=unread"
    while address:
        html = client.get(address).text.partition("<main")[2]
        shown |= set(re.findall(r"Note \d{3}", html))
        following = re.search(r'<a class="button" href="(\?show=unread&amp;cursor=[^"]+)"', html)
        address = f"/notifications/{unescape(following[1])}" if following else ""

    assert len(shown) == 60


@pytest.mark.parametrize("verb", ["archive", "mute", "unmute"])
def test_an_outsider_finds_no_button_to_press(client, bob, note, verb):
    client.force_login(bob)

    assert client.post(f"/notifications/{note.pk}/{verb}/").status_code == 404


def listed(client, show):
    return client.get(f"/notifications/?show={show}").text.partition("<main")[2]
