import pytest

from tests.realtime.chat.conftest import said


@pytest.fixture
def spoken(api, bob_api, direct, private):
    said(api, direct, "Login works")
    said(bob_api, private, "the LOGIN fails at 100%_now")
    said(api, private, "登录失败")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("login", ["the LOGIN fails at 100%_now", "Login works"]),
        ("登录", ["登录失败"]),
        ("100%25_", ["the LOGIN fails at 100%_now"]),
        ("%25", ["the LOGIN fails at 100%_now"]),
        ("_", ["the LOGIN fails at 100%_now"]),
        ("nothing", []),
    ],
)
def test_words_are_found_in_all_of_ones_rooms(bob_api, spoken, words, found):
    assert [message["text"] for message in bob_api.get(f"/messages?q={words}").json()["items"]] == found


def test_words_are_found_in_one_room(bob_api, spoken, private):
    found = bob_api.get(f"{private}/messages?q=login").json()

    assert [message["text"] for message in found["items"]] == ["the LOGIN fails at 100%_now"]


def test_deleted_messages_are_found_no_more(api, bob_api, direct, spoken):
    message = said(api, direct, "Login again")

    api.delete(f"{direct}/messages/{message['id']}")

    assert bob_api.get("/messages?q=again").json()["items"] == []
