"""Who was away for too long is told to fetch everything; who was away for almost so long is not."""

from __future__ import annotations

import pytest

from realtime.replay import REPLAY_LIMIT, RETENTION
from tests.live.product import Person

TELL_MANY = """
from core.models import User
from realtime.events import publishing
user = User.objects.get(username="{name}")
with publishing() as publisher:
    for number in range({number}):
        publisher.tell(user.pk, "case.deleted", task_id=str(user.pk), key="TC-001")
"""
AGE = """
from datetime import timedelta
from django.utils import timezone
from realtime.models import Event
then = timezone.now() - timedelta(seconds={seconds})
Event.objects.filter(user__username="{name}", seq=1).update(created_at=then)
"""
RETAINED_SECONDS = int(RETENTION.total_seconds())


def told(person: Person, number: int) -> None:
    person.product.manage("shell", "--command", TELL_MANY.format(name=person.name, number=number))


@pytest.mark.parametrize("missed", [REPLAY_LIMIT, REPLAY_LIMIT + 1])
def test_at_most_5000_events_are_replayed(ada: Person, missed: int):
    told(ada, missed)

    with ada.socket("?since=0") as socket:
        socket.next()
        if missed > REPLAY_LIMIT:
            assert socket.next()["type"] == "reset"
        else:
            socket.until(lambda frame: frame.get("seq") == missed)
            assert [frame["seq"] for frame in socket.durable] == list(range(1, missed + 1))


@pytest.mark.parametrize(("seconds", "first"), [(-3_600, "case.deleted"), (60, "reset")])
def test_events_are_replayed_for_7_days(ada: Person, seconds: int, first: str):
    told(ada, 3)
    ada.product.manage("shell", "--command", AGE.format(name=ada.name, seconds=RETAINED_SECONDS + seconds))

    with ada.socket("?since=0") as socket:
        assert [socket.next()["type"] for _ in range(2)] == ["hello", first]
