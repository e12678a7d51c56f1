"""A client of the chat: the state it had, and the events that it applies to it (interface §4)."""

from __future__ import annotations

from typing import Any

from realtime.chat.plain import excerpt


class ChatState:
    """Rooms and messages as one user's page holds them, from events alone."""

    def __init__(self) -> None:
        self.rooms: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.unread = 0

    def apply(self, event: dict[str, Any]) -> None:
        if event["type"] == "room.updated":
            self._room(event["room"])
            self.unread = event["unread"]
        elif event["type"].startswith("message."):
            self._message(event["message"])

    def _room(self, room: dict[str, Any]) -> None:
        self.rooms[room["id"]] = room
        if room["level"] is None:
            del self.rooms[room["id"]]
            self.messages = {pk: m for pk, m in self.messages.items() if m["room_id"] != room["id"]}

    def _message(self, message: dict[str, Any]) -> None:
        self.messages[message["id"]] = message
        for other in self.messages.values():
            if other["reply_to"] and other["reply_to"]["id"] == message["id"]:
                other["reply_to"]["text"] = excerpt(message["text"])
