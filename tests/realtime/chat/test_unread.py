"""What is unread, who is mentioned, who is notified: the same on all of somebody's devices."""

import pytest

from realtime.chat.rooms import unread_of
from realtime.models import Notification
from tests.realtime.chat.conftest import put, said, told


def unread_note(user, kind=None):
    notes = Notification.objects.filter(user=user).unread()
    return (notes.filter(kind=kind) if kind else notes).first()


def counts(api, address):
    room = api.get(address).json()
    return room["unread"], room["mentions"]


def test_messages_of_others_are_unread_and_ones_own_are_not(api, bob_api, ada, bob, direct):
    for text in ("one", "@bob two"):
        said(api, direct, text)

    assert counts(bob_api, direct) == (2, 1)
    assert counts(api, direct) == (0, 0)
    assert (unread_of(bob), told(bob, "room.updated")[-1]["unread"]) == (2, 2)
    assert unread_of(ada) == 0


def test_reading_moves_the_marker_on_all_devices_and_before_the_others_eyes(api, bob_api, ada, bob, direct):
    message = said(api, direct, "one")

    read = bob_api.post(f"{direct}/read")

    assert (read.status_code, read.json()["unread"]) == (200, 0)
    assert told(bob, "room.updated")[-1]["unread"] == 0
    assert told(ada, "room.updated")[-1]["room"]["read"]["bob"] == message["created_at"]
    assert unread_note(bob) is None
    assert told(bob)[-1]["type"] == "notification.read"


def test_reading_again_tells_nothing(api, bob_api, ada, bob, direct):
    said(api, direct, "one")
    bob_api.post(f"{direct}/read")
    before = len(told(ada)), len(told(bob))

    bob_api.post(f"{direct}/read", {})

    assert (len(told(ada)), len(told(bob))) == before


def test_the_marker_moves_to_a_message_and_never_back(api, bob_api, bob, direct):
    first, second, _third = (said(api, direct, f"{n} @bob") for n in range(3))

    assert bob_api.post(f"{direct}/read", {"until": second["id"]}).json()["unread"] == 1
    assert unread_note(bob)
    back = bob_api.post(f"{direct}/read", {"until": first["id"]}).json()

    assert (back["unread"], back["mentions"], back["read_until"]) == (1, 1, second["created_at"])


def test_a_marker_is_set_to_messages_of_the_room_alone(api, bob_api, direct, private):
    elsewhere = said(api, private, "one")

    assert bob_api.post(f"{direct}/read", {"until": elsewhere["id"]}).status_code == 422
    assert bob_api.post(f"{direct}/read", {"until": "x"}).status_code == 422


def test_who_speaks_has_read(api, bob_api, bob, direct):
    said(api, direct, "one")

    said(bob_api, direct, "two")

    assert counts(bob_api, direct) == (0, 0)
    assert unread_note(bob) is None


def test_who_comes_later_has_nothing_unread(api, eve_api, eve, private):
    said(api, private, "one")

    put(api, f"{private}/members/eve")

    assert counts(eve_api, private) == (0, 0)
    assert eve_api.get(f"{private}/messages").json()["total"] == 1


def test_a_deleted_message_is_unread_no_more(api, bob_api, bob, direct):
    message = said(api, direct, "@bob one")

    api.delete(f"{direct}/messages/{message['id']}")

    assert counts(bob_api, direct) == (0, 0)
    assert unread_note(bob) is None


def test_editing_keeps_mentions_in_step_and_tells_each_once(api, bob_api, bob, direct):
    address = f"{direct}/messages/{said(api, direct, 'look')['id']}"

    api.patch(address, {"text": "look @bob"})
    assert counts(bob_api, direct) == (1, 1)
    assert unread_note(bob, "chat.mention").count == 2
    api.patch(address, {"text": "look here @bob @bob"})
    assert unread_note(bob, "chat.mention").count == 2
    api.patch(address, {"text": "look there"})

    assert counts(bob_api, direct) == (1, 0)


def test_messages_of_a_room_make_one_notification_that_counts(api, bob, direct):
    for text in ("one", "two", "three"):
        said(api, direct, text)

    note = unread_note(bob)
    assert (note.kind, note.count, note.title, note.body) == ("chat.message", 3, "ada", "three")
    assert note.url == f"/chat/{direct.removeprefix('/rooms/')}/"


def test_notifications_speak_their_readers_language(api, bob, private):
    bob.language = "zh-hans"
    bob.save()

    said(api, private, "@bob 看")

    assert unread_note(bob, "chat.mention").title == "ada 在“Release”中提到了您"


@pytest.mark.parametrize(
    ("level", "text", "kind"),
    [
        ("all", "hello", "chat.message"),
        ("all", "@bob", "chat.mention"),
        ("mentions", "hello", None),
        ("mentions", "@bob", "chat.mention"),
        ("nothing", "@bob", None),
    ],
)
def test_a_rooms_level_says_what_is_notified(api, bob_api, bob, direct, level, text, kind):
    bob_api.patch(direct, {"level": level})

    said(api, direct, text)

    assert bool(unread_note(bob)) is bool(kind)
    assert kind is None or unread_note(bob).kind == kind
    assert counts(bob_api, direct)[0] == 1


def test_300_mentions_notify_once(api, bob, direct):
    said(api, direct, "@bob " * 300)

    assert unread_note(bob).count == 1


def test_people_do_not_notify_themselves(api, ada, direct):
    said(api, direct, "@ada I")

    assert unread_note(ada) is None
    assert counts(api, direct) == (0, 0)


def test_a_notification_says_what_its_message_says_by_now(api, bob_api, bob, direct):
    said(api, direct, "one")
    message = said(api, direct, "The password is hunter2")

    api.patch(f"{direct}/messages/{message['id']}", {"text": "The password is secret"})
    edited = told(bob, "notification.updated")[-1]
    api.delete(f"{direct}/messages/{message['id']}")
    deleted = told(bob, "notification.updated")[-1]

    assert (edited["notification"]["body"], edited["popup"]) == ("The password is secret", False)
    assert (deleted["notification"]["body"], deleted["unread"]) == ("", 1)
    assert unread_note(bob).body == ""
