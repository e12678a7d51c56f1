"""What a message links to is shown with the reader's own rights."""

import pytest

from core import cards
from core.models import User
from realtime.chat.payloads import MEMBERS_SHOWN
from realtime.models import Membership
from tests.realtime.chat.conftest import room_at, said, told


class Papers:
    """A source of cards: a paper is seen by the people in its name."""

    def find(self, text):
        return [word for word in text.split() if word.startswith("paper:")]

    def show(self, user, references):
        return {
            reference: {"kind": "task", "id": reference, "title": "测" * 300}
            for reference in references
            if user.username in reference
        }

    def labels(self):
        return {}


@pytest.fixture(autouse=True)
def papers(monkeypatch):
    monkeypatch.setattr(cards, "SOURCES", [Papers()])


def ids(message):
    return [card["id"] for card in message["cards"]]


def test_each_reader_sees_the_cards_that_they_may(api, bob_api, ada, bob, direct):
    message = said(api, direct, "paper:ada,bob paper:ada paper:bob")

    assert ids(message) == ids(told(ada, "message.created")[-1]["message"]) == ["paper:ada,bob", "paper:ada"]
    assert ids(told(bob, "message.created")[-1]["message"]) == ["paper:ada,bob", "paper:bob"]
    (listed,) = bob_api.get(f"{direct}/messages").json()["items"]
    assert ids(listed) == ["paper:ada,bob", "paper:bob"]


def test_a_long_message_with_many_cards_still_fits_into_a_frame(api, ada, bob, direct):
    links = " ".join(f"paper:{number}:bob" for number in range(10))
    said(api, direct, links + "🎉" * 3_500)

    event = told(bob, "message.created")[-1]
    assert len(ids(event["message"])) == 10
    assert event["message"]["html"] is None


def test_cards_in_large_rooms_are_fetched(api, ada, public):
    people = User.objects.bulk_create(User(username=f"user{n}") for n in range(MEMBERS_SHOWN))
    Membership.objects.bulk_create(Membership(room=room_at(public), user=user) for user in people)

    message = said(api, public, "paper:ada")

    assert told(ada, "message.created")[-1]["message"]["cards"] is None
    assert ids(api.get(f"{public}/messages/{message['id']}").json()) == ["paper:ada"]
