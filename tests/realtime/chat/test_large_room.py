"""Rooms of 500: everybody is told, in a time that others can wait."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from realtime.chat.messages import delete_message, send_message
from realtime.chat.models import MEMBERS_LIMIT
from realtime.models import Event, Membership, Notification
from tests.realtime.chat.conftest import room_at, said, told

FRAME_BYTES = 32 * 1024
SECONDS = 10


@pytest.fixture
def crowd(public):
    """The public room with 500 members, ada among them."""
    room = room_at(public)
    people = [User(username=f"user{n:03}") for n in range(MEMBERS_LIMIT - 1)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(room=room, user=user, read_until=room.spoken_at) for user in people
    )
    return people


def test_a_message_reaches_500_members_in_a_time_to_wait_for(ada, public, crowd):
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        send_message(room_at(public), ada, "Hello **all**, @user001")
    seconds = time.perf_counter() - started

    print(f"{seconds:.2f} s, {len(queries)} queries")
    assert seconds < SECONDS
    assert Notification.objects.filter(kind="chat.message").count() == MEMBERS_LIMIT - 2
    assert Notification.objects.get(kind="chat.mention").user.username == "user001"
    assert told(crowd[-1], "room.updated")[-1]["unread"] == 1
    assert Membership.objects.filter(unread=1).count() == MEMBERS_LIMIT - 1


def test_what_members_are_told_fits_into_frames(api, bob_api, public, crowd):
    said(api, public, "🎉 & " * 1_000)

    frames = Event.objects.filter(user=crowd[0]).values_list("frame", flat=True)
    assert max(len(frame.encode()) for frame in frames) <= FRAME_BYTES
    assert told(crowd[0], "room.updated")[-1]["room"]["members"] is None
    assert len(api.get(public).json()["members"]) == MEMBERS_LIMIT
    assert api.get("/rooms").json()["items"][0]["members_count"] == MEMBERS_LIMIT


def test_a_message_too_long_for_a_frame_is_fetched_whole(api, bob_api, bob, direct):
    message = said(api, direct, "a.com " * 600)

    event = told(bob, "message.created")[-1]["message"]
    assert event["html"] is None
    assert event["text"] == message["text"]
    assert bob_api.get(f"{direct}/messages/{message['id']}").json()["html"].count("<a ") == 600


def test_deleting_the_only_unread_message_is_told_in_few_queries(ada, public, crowd):
    message, _is_new = send_message(room_at(public), ada, "oh")

    with CaptureQueriesContext(connection) as queries:
        delete_message(message, ada)

    assert len(queries) < MEMBERS_LIMIT / 5
    assert not Notification.objects.unread().exists()
    assert told(crowd[0], "notification.read")[-1]["unread"] == 0
