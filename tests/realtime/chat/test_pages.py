"""The chat's pages without JavaScript: plain forms read and send."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from realtime.chat.messages import send_message
from realtime.chat.models import Membership, Message, Room
from realtime.chat.rooms import make_room


@pytest.fixture
def room(ada, bob):
    return make_room(ada, Room.Kind.PRIVATE, name="Release", members=["bob"])[0]


@pytest.fixture
def page(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def mallory(django_user_model):
    return django_user_model.objects.create_user("mallory")


def test_an_empty_chat_offers_to_start_one(page):
    html = page.get("/chat/").text

    assert "You are in no conversation yet." in html
    assert 'name="member"' in html


def test_a_form_starts_a_direct_conversation_and_finds_it_again(page, bob):
    first = page.post("/chat/start/", {"kind": "direct", "member": "bob"})
    again = page.post("/chat/start/", {"kind": "direct", "member": "bob"})

    assert first.url == again.url
    assert page.get(first.url).status_code == 200


def test_somebody_who_does_not_exist_is_named_and_stays_in_the_form(page):
    answer = page.post("/chat/start/", {"kind": "direct", "member": "nob<dy"})

    assert answer.status_code == 422
    assert "There is nobody called nob&lt;dy." in answer.text
    assert 'value="nob&lt;dy"' in answer.text


def test_a_form_sends_a_message_once_however_often_it_is_sent(page, room):
    form = {"text": "Is **it** done?", "client_id": "one-form"}

    answer = page.post(f"/chat/{room.pk}/send/", form)
    page.post(f"/chat/{room.pk}/send/", form)

    message = Message.objects.get(room=room)
    assert answer.url == f"/chat/{room.pk}/#m-{message.pk}"
    assert "<strong>it</strong>" in page.get(f"/chat/{room.pk}/").text


def test_a_message_that_is_too_long_comes_back_with_its_text(page, room):
    answer = page.post(f"/chat/{room.pk}/send/", {"text": "字" * 4_001})

    assert answer.status_code == 422
    assert "字" * 4_001 in answer.text
    assert "4,000" in answer.text


def test_4000_chinese_characters_in_a_form_are_delivered_whole(page, room):
    page.post(f"/chat/{room.pk}/send/", {"text": "字" * 4_000})

    assert Message.objects.get(room=room).text == "字" * 4_000


def test_a_file_comes_with_a_form(page, room):
    file = SimpleUploadedFile("notes.txt", b"hello", content_type="text/plain")

    page.post(f"/chat/{room.pk}/send/", {"text": "", "files": file})

    assert "notes.txt" in page.get(f"/chat/{room.pk}/").text


def test_pages_lead_back_to_the_first_message(page, room, ada):
    for number in range(60):
        send_message(room, ada, f"number {number}.")

    path, seen = f"/chat/{room.pk}/", ""
    while path:
        html = page.get(path).text
        earlier = re.search(r'data-more data-older>\s+<a class="button"\s+href="([^"]+)"', html)
        path = f"/chat/{room.pk}/{earlier[1]}" if earlier else ""
        seen += html

    assert all(f"<p>number {number}.</p>" in seen for number in range(60))


def test_a_link_to_an_old_message_shows_it_among_its_neighbours(page, room, ada):
    sent = [send_message(room, ada, f"number {number}.")[0] for number in range(60)]

    html = page.get(f"/chat/{room.pk}/?at={sent[5].pk}").text

    assert "<p>number 5.</p>" in html
    assert "<p>number 15.</p>" in html
    assert "<p>number 59.</p>" not in html
    assert page.get(f"/chat/{room.pk}/?at=nonsense").status_code == 404


def test_search_finds_in_one_room_and_in_all(page, room, ada, bob):
    other = make_room(ada, Room.Kind.DIRECT, members=["bob"])[0]
    send_message(room, bob, "the needle here")
    send_message(other, bob, "a needle there")

    assert "a needle there" in page.get("/chat/?q=needle").text
    found = page.get(f"/chat/{room.pk}/?q=needle").text
    assert "the needle here" in found.split('class="found"')[1]
    assert "a needle there" not in found.split('class="found"')[1]


def test_the_frame_counts_what_is_unread_until_it_is_read(page, room, ada, bob):
    send_message(room, bob, "Hello")
    assert 'data-unread-chat="1"' in page.get("/tasks/").text

    page.post(f"/chat/{room.pk}/read/")

    assert 'data-unread-chat="0"' in page.get("/tasks/").text


def test_level_name_members_and_leaving_are_plain_forms(page, room, ada, mallory):
    page.post(f"/chat/{room.pk}/change/", {"level": "mentions"})
    page.post(f"/chat/{room.pk}/change/", {"name": "Release 2"})
    page.post(f"/chat/{room.pk}/invite/", {"member": "mallory"})
    room.refresh_from_db()

    assert Membership.objects.get(room=room, user=ada).level == "mentions"
    assert room.name == "Release 2"
    assert Membership.objects.filter(room=room, user=mallory).exists()
    assert page.post(f"/chat/{room.pk}/leave/").url == "/chat/"
    assert page.get(f"/chat/{room.pk}/").status_code == 404


def test_an_unknown_name_is_refused_in_words(page, room):
    page.post(f"/chat/{room.pk}/invite/", {"member": "nobody"})
    assert "There is nobody called nobody." in page.get(f"/chat/{room.pk}/").text

    toast = page.post(f"/chat/{room.pk}/invite/", {"member": "nobody"}, headers={"HX-Request": "true"})
    assert toast.status_code == 422
    assert toast["HX-Retarget"] == "#toasts"


def test_a_public_room_is_read_before_it_is_joined_and_written_after(page, bob):
    room = make_room(bob, Room.Kind.PUBLIC, name="All")[0]

    html = page.get(f"/chat/{room.pk}/").text
    assert "Join this room" in html
    assert "<textarea" not in html.split("data-conversation")[1].split("</section>")[0]
    assert page.post(f"/chat/{room.pk}/send/", {"text": "Hello"}).status_code == 404
    page.post(f"/chat/{room.pk}/join/")
    assert page.post(f"/chat/{room.pk}/send/", {"text": "Hello"}).status_code == 302


def test_an_outsider_gets_404_for_everything(client, room, ada, mallory):
    send_message(room, ada, "secret")
    client.force_login(mallory)

    for verb in ("change", "invite", "join", "leave", "read", "send"):
        assert client.post(f"/chat/{room.pk}/{verb}/", {"text": "x", "member": "bob"}).status_code == 404
    assert client.get(f"/chat/{room.pk}/").status_code == 404
    assert "Nothing found." in client.get("/chat/?q=secret").text


@pytest.mark.parametrize("name", ["\u202e", "\u200b", "a\0b", " \n "])
def test_a_form_gives_no_room_a_name_that_cannot_be_read(page, room, name):
    page.post(f"/chat/{room.pk}/change/", {"name": name})
    page.post("/chat/start/", {"kind": "public", "name": name})

    assert {found.name for found in Room.objects.all()} <= {"Release", "ada"}


def test_names_and_words_that_no_database_holds_are_nobodys(page, room):
    assert page.post(f"/chat/{room.pk}/invite/", {"member": "b\0b"}).status_code == 302
    assert page.post("/chat/start/", {"kind": "direct", "member": "b\0b"}).status_code == 422
    assert "Nothing found." in page.get(f"/chat/{room.pk}/", {"q": "\0"}).text
