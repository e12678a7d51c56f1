"""Saying things: send, answer, edit, delete, react."""

import pytest

from realtime.chat.models import TEXT_LIMIT
from realtime.models import Message
from tests.realtime.chat.conftest import put, said, told


def test_a_message_reaches_both_at_once(api, ada, bob, direct):
    message = said(api, direct, "Hello **bob**", client_id="c1")

    assert (message["author"], message["client_id"], message["text"]) == ("ada", "c1", "Hello **bob**")
    assert message["html"] == "<p>Hello <strong>bob</strong></p>\n"
    for user in (ada, bob):
        event = told(user, "message.created")[-1]
        assert event["room_id"] == direct.removeprefix("/rooms/")
        assert event["message"] == message
    assert told(bob, "room.updated")[-1]["room"]["last_message"]["id"] == message["id"]


def test_the_same_client_id_again_is_the_same_message(api, bob, direct):
    first = said(api, direct, "Hello", client_id="c1")

    again = api.post(f"{direct}/messages", {"text": "Hello", "client_id": "c1"})

    assert (again.status_code, again.json()) == (200, first)
    assert len(told(bob, "message.created")) == 1
    assert Message.objects.count() == 1


def test_two_people_may_use_the_same_client_id(api, bob_api, direct):
    assert said(api, direct, "a", client_id="1")["id"] != said(bob_api, direct, "b", client_id="1")["id"]


def test_4000_chinese_characters_are_delivered_whole(api, bob, direct):
    text = "测" * TEXT_LIMIT

    said(api, direct, text)

    event = told(bob, "message.created")[-1]
    assert (event["message"]["text"], event["message"]["html"]) == (text, f"<p>{text}</p>\n")


def test_4001_characters_are_refused_with_the_limit(api, direct):
    refused = api.post(f"{direct}/messages", {"text": "x" * (TEXT_LIMIT + 1)})

    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "text", "message": "Use at most 4,000 characters; these are 4,001."}
    ]


def test_line_ends_count_once_and_pictures_as_one(api, direct):
    text = "🎉\r\n" * (TEXT_LIMIT // 2)

    assert said(api, direct, text)["text"] == "🎉\n" * (TEXT_LIMIT // 2)


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \n\u200b"},
        {},
        {"text": "a\0b"},
        {"text": 5},
        {"text": "x", "room": "y"},
        {"text": "x", "client_id": "c" * 101},
        {"text": "x", "reply_to": "somewhere"},
        [],
    ],
)
def test_what_is_no_message_is_refused(api, direct, body):
    assert api.post(f"{direct}/messages", body).status_code == 422
    assert not Message.objects.exists()


def test_an_answer_quotes_what_it_answers(api, bob_api, direct, private):
    question, elsewhere = said(api, direct, "Ready?"), said(api, private, "Elsewhere")

    answer = said(bob_api, direct, "Yes", reply_to=question["id"])

    assert answer["reply_to"] == {"id": question["id"], "author": "ada", "text": "Ready?"}
    refused = bob_api.post(f"{direct}/messages", {"text": "No", "reply_to": elsewhere["id"]})
    assert refused.status_code == 422


def test_its_author_alone_edits_a_message(api, bob_api, bob, direct):
    address = f"{direct}/messages/{said(api, direct, 'Helo')['id']}"

    assert bob_api.patch(address, {"text": "Mine"}).status_code == 403
    edited = api.patch(address, {"text": "Hello"})

    assert (edited.json()["text"], edited.json()["html"]) == ("Hello", "<p>Hello</p>\n")
    assert edited.json()["edited_at"]
    assert told(bob, "message.updated")[-1]["message"] == edited.json()
    assert told(bob, "room.updated")[-1]["room"]["last_message"]["text"] == "Hello"
    assert api.patch(address, {"text": " "}).status_code == 422


def test_a_deleted_message_leaves_a_mark_and_nothing_else(api, bob_api, bob, direct):
    address = f"{direct}/messages/{said(api, direct, 'secret https://a.example')['id']}"
    put(bob_api, f"{address}/reactions/👍")

    assert api.delete(address).status_code == 204
    assert api.delete(address).status_code == 204

    left = bob_api.get(address).json()
    assert left["deleted"] is True
    assert (left["text"], left["html"], left["reactions"], left["files"]) == ("", "", [], [])
    assert told(bob, "message.deleted")[-1]["message"] == left
    assert len(told(bob, "message.deleted")) == 1
    assert api.patch(address, {"text": "again"}).status_code == 409
    assert not Message.objects.filter(text__contains="secret").exists()


def test_who_made_the_room_may_delete_what_others_said(api, bob_api, private):
    hers, his = said(api, private, "Mine"), said(bob_api, private, "His")

    assert bob_api.delete(f"{private}/messages/{hers['id']}").status_code == 403
    assert api.delete(f"{private}/messages/{his['id']}").status_code == 204


def test_reactions_come_and_go(api, bob_api, ada, direct):
    address = f"{direct}/messages/{said(api, direct, 'Done')['id']}"

    assert put(bob_api, f"{address}/reactions/🎉").status_code == 200
    reacted = put(api, f"{address}/reactions/🎉").json()
    assert reacted["reactions"] == [{"emoji": "🎉", "users": ["bob", "ada"]}]
    assert bob_api.delete(f"{address}/reactions/🎉").status_code == 204

    assert told(ada, "message.updated")[-1]["message"]["reactions"] == [{"emoji": "🎉", "users": ["ada"]}]


@pytest.mark.parametrize("emoji", ["👍🏽", "👩‍👩‍👧‍👦", "🇨🇳", "1️⃣", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☕", "‼️", "ℹ️", "🫨"])
def test_any_emoji_is_a_reaction(api, direct, emoji):
    address = f"{direct}/messages/{said(api, direct, 'Done')['id']}"

    assert put(api, f"{address}/reactions/{emoji}").json()["reactions"][0]["emoji"] == emoji


@pytest.mark.parametrize(
    "text", ["a", "ok", "👍x", "👍👍", "1", "<b>", "测", "🇨", "\u202e", "👍" + "\u200d👍" * 20]
)
def test_text_is_no_reaction(api, direct, text):
    address = f"{direct}/messages/{said(api, direct, 'Done')['id']}"

    assert put(api, f"{address}/reactions/{text}").status_code == 422


def test_a_message_has_at_most_20_different_reactions(api, bob_api, direct):
    address = f"{direct}/messages/{said(api, direct, 'Done')['id']}"
    emojis = [chr(0x1F600 + n) for n in range(21)]
    for emoji in emojis[:20]:
        assert put(api, f"{address}/reactions/{emoji}").status_code == 200

    assert put(api, f"{address}/reactions/{emojis[20]}").status_code == 409
    assert put(bob_api, f"{address}/reactions/{emojis[0]}").status_code == 200


def test_the_past_is_read_back_to_the_start_page_by_page(api, bob_api, direct):
    for number in range(5):
        said((api, bob_api)[number % 2], direct, f"{number}")

    texts: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = bob_api.get(f"{direct}/messages?limit=2&cursor={cursor}").json()
        texts += [message["text"] for message in page["items"]]
        cursor = page["next"]

    assert texts == ["4", "3", "2", "1", "0"]


def test_what_somebody_said_stays_readable_when_they_are_deleted(api, bob_api, bob, direct):
    said(bob_api, direct, "Bye")

    bob.delete()

    room = api.get("/rooms").json()["items"][0]
    assert room["name"] == "Deleted user"
    assert room["last_message"]["author"] is None
    assert api.get(f"{direct}/messages").json()["items"][0]["text"] == "Bye"
    said(api, direct, "Bye bob")


def test_who_began_a_direct_conversation_deletes_nothing_of_the_others(api, bob_api, direct):
    message = said(bob_api, direct, "mine")

    assert api.delete(f"{direct}/messages/{message['id']}").status_code == 403
    assert api.get(f"{direct}/messages/{message['id']}").json()["text"] == "mine"
