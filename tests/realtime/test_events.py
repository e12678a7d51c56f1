"""Numbering: every user's events are 1, 2, 3 … and commit with what they tell of."""

import json

import pytest

from realtime.events import Publisher, publishing
from realtime.models import Event


def numbers(user):
    return list(Event.objects.filter(user=user).order_by("seq").values_list("seq", flat=True))


def test_events_of_several_users_are_numbered_for_each(ada, bob):
    with publishing() as publisher:
        publisher.tell(ada.pk, "task.deleted", id="1")
        publisher.tell(bob.pk, "task.deleted", id="2")
        publisher.tell(ada.pk, "task.deleted", id="3")

    assert numbers(ada) == [1, 2]
    assert numbers(bob) == [1]


def test_a_transaction_that_fails_tells_nothing_and_leaves_no_gap(ada):
    with pytest.raises(ZeroDivisionError), publishing() as publisher:
        publisher.tell(ada.pk, "task.deleted", id="1")
        raise ZeroDivisionError
    with publishing() as publisher:
        publisher.tell(ada.pk, "task.deleted", id="2")

    assert numbers(ada) == [1]


def test_frames_keep_chinese_readable_and_carry_their_number(ada):
    with publishing() as publisher:
        publisher.tell(ada.pk, "task.deleted", id="登录")

    frame = Event.objects.get(user=ada).frame
    assert "登录" in frame
    assert json.loads(frame) == {"type": "task.deleted", "seq": 1, "id": "登录"}


def test_a_part_that_was_undone_takes_its_events_along(ada):
    kept, undone = Publisher(), Publisher()
    kept.tell(ada.pk, "task.deleted", id="1")
    undone.tell(ada.pk, "task.deleted", id="2")

    with publishing() as publisher:
        publisher.adopt(kept)

    assert numbers(ada) == [1]
