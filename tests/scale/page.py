"""A page as a program: it follows its user's stream over any break and folds the events into a state."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.live.product import Person

HEAR_SECONDS = 1.0
SILENT_SECONDS = 31.0
"""Two heartbeats: who hears nothing for so long connects again (interface §4)."""
BACK_OFF_SECONDS = 0.5
ACK_FRAMES = 32
State = dict[str, Any]


class Page:
    """One socket at `url`, reconnecting for ever. `state` is what it shows, `applied` every `seq` it took."""

    def __init__(self, person: Person, url: str) -> None:
        self.person, self._url = person, url
        self.state = fresh_state(person)
        self.applied: list[int] = []
        self.resets = 0
        self.cuts = 0
        self._seq, self._epoch = -1, ""
        self._connection: ClientConnection | None = None
        self._closing = threading.Event()
        self._greeted = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        assert self._greeted.wait(30)

    def cut(self) -> None:
        """The network goes away under it, without a word."""
        if self._connection and self._connection.socket.fileno() >= 0:
            self.cuts += 1
            with suppress(OSError):  # it may have been closed by the other side just now
                self._connection.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._closing.set()
        self._thread.join(30)

    @property
    def seq(self) -> int:
        return self._seq

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                with connect(self._address, additional_headers=self.person.headers) as self._connection:
                    self._listen(self._connection)
            except (OSError, ConnectionClosed, InvalidHandshake, EOFError):
                self._closing.wait(random.uniform(0, BACK_OFF_SECONDS))

    @property
    def _address(self) -> str:
        since = f"?since={self._seq}&epoch={self._epoch}" if self._epoch else ""
        return self._url.replace("http", "ws", 1) + f"/ws/events{since}"

    def _listen(self, connection: ClientConnection) -> None:
        frames, heard = 0, time.monotonic()
        while not self._closing.is_set() and time.monotonic() - heard < SILENT_SECONDS:
            try:
                frame = json.loads(connection.recv(timeout=HEAR_SECONDS))
            except TimeoutError:
                continue
            frames, heard = frames + 1, time.monotonic()
            if frames % ACK_FRAMES == 0 or frame["type"] == "heartbeat":
                connection.send(json.dumps({"type": "ack", "frames": frames}))
            self._take(frame, connection)

    def _take(self, frame: dict[str, Any], connection: ClientConnection) -> None:
        if frame["type"] == "hello":
            if not self._epoch:
                self._seq, self._epoch = frame["seq"], frame["epoch"]
                self.state = fresh_state(self.person)
            self._greeted.set()
        elif frame["type"] == "reset":
            self.resets += 1
        elif frame["type"] == "heartbeat":
            if frame["seq"] > self._seq:
                self._resume(connection)
        elif "seq" in frame and frame["seq"] > self._seq:
            self._in_order(frame, connection)

    def _in_order(self, frame: dict[str, Any], connection: ClientConnection) -> None:
        if frame["seq"] > self._seq + 1:
            self._resume(connection)
            return
        self._seq = frame["seq"]
        self.applied.append(self._seq)
        apply(self.state, frame)
        self._look_into_what_is_new()

    def _look_into_what_is_new(self) -> None:
        """A task that was shared, or a room that was entered, has a past: pages read it over HTTP."""
        for part, inside, path in (
            ("tasks", "cases", "/tasks/{}/cases"),
            ("rooms", "messages", "/rooms/{}/messages"),
        ):
            for key in self.state[part].keys() - self.state[inside].keys():
                self.state[inside][key] = inside_of(self.person, inside, path.format(key))

    def _resume(self, connection: ClientConnection) -> None:
        connection.send(json.dumps({"type": "resume", "since": self._seq}))


def fresh_state(person: Person) -> State:
    """What a page that was opened right now would show."""
    tasks = {task["id"]: _task(task) for task in everything(person, "/tasks")}
    rooms = everything(person, "/rooms")
    return {
        "tasks": tasks,
        "cases": {key: inside_of(person, "cases", f"/tasks/{key}/cases") for key in tasks},
        "notes": {note["id"]: _note(note) for note in everything(person, "/notifications")},
        "unread": person.get("/notifications")["unread"],
        "rooms": {room["id"]: _room(room) for room in rooms},
        "chat_unread": sum(room["unread"] for room in rooms),
        "messages": {
            room["id"]: inside_of(person, "messages", f"/rooms/{room['id']}/messages") for room in rooms
        },
    }


def inside_of(person: Person, inside: str, path: str) -> State:
    """The cases of a task or the messages of a room."""
    items = everything(person, path)
    if inside == "cases":
        return {case["key"]: case for case in items}
    return {message["id"]: _message(message) for message in items}


def everything(person: Person, path: str) -> list[dict[str, Any]]:
    """All of a list; nothing of one that is out of sight by now."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = person.call("GET", path, params={"limit": 100} | ({"cursor": cursor} if cursor else {}))
        if answer.status_code == 404:
            return []
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        cursor = page["next"]
        if not cursor:
            return items


def apply(state: State, event: dict[str, Any]) -> None:
    """Fold one durable event into `state`."""
    thing, _, verb = event["type"].partition(".")
    {"task": _fold_task, "case": _fold_case, "notification": _fold_note}.get(thing, _fold_chat)(
        state, verb, event
    )


def _fold_task(state: State, verb: str, event: dict[str, Any]) -> None:
    if verb == "deleted":
        state["tasks"].pop(event["id"], None)
        state["cases"].pop(event["id"], None)
        _show_cards(state, event["id"], [])
        return
    task = event["task"]
    state["tasks"][task["id"]] = _task(task)
    if verb == "created":
        _show_cards(state, task["id"], [("task", task["id"], None)])


def _show_cards(state: State, task_id: str, cards: list[tuple[str, str, None]]) -> None:
    """Messages link to one task at most, which the reader may see by now, or no longer."""
    for messages in state["messages"].values():
        for message in messages.values():
            if f"/tasks/{task_id}/" in message["text"]:
                message["cards"] = cards


def _fold_case(state: State, verb: str, event: dict[str, Any]) -> None:
    cases = state["cases"].get(event["task_id"], {})
    if verb == "deleted":
        cases.pop(event["key"], None)
    else:
        cases[event["case"]["key"]] = event["case"]


def _fold_note(state: State, verb: str, event: dict[str, Any]) -> None:
    state["unread"] = event["unread"]
    if verb == "read":
        for key, note in state["notes"].items():
            note["read"] = note["read"] or bool(event.get("all")) or key in event.get("ids", ())
        return
    note = event["notification"]
    state["notes"].pop(note["id"], None)
    if not note["archived_at"]:
        state["notes"][note["id"]] = _note(note)


def _fold_chat(state: State, verb: str, event: dict[str, Any]) -> None:
    if event["type"] != "room.updated":
        state["messages"].setdefault(event["room_id"], {})[event["message"]["id"]] = _message(
            event["message"]
        )
        return
    state["chat_unread"] = event["unread"]
    room = event["room"]
    if room["level"] is None:
        state["rooms"].pop(room["id"], None)
        state["messages"].pop(room["id"], None)
    else:
        state["rooms"][room["id"]] = _room(room)


def _task(task: dict[str, Any]) -> dict[str, Any]:
    """Without what moves by itself."""
    return {key: task[key] for key in ("title", "status", "rev", "cases_count", "round", "role", "error")}


def _note(note: dict[str, Any]) -> dict[str, Any]:
    kept = {key: note[key] for key in ("kind", "title", "body", "url", "count")}
    return kept | {"read": note["read_at"] is not None, "seen": note["seen_at"] is not None}


def _room(room: dict[str, Any]) -> dict[str, Any]:
    return {key: room[key] for key in ("kind", "name", "members", "unread", "mentions", "level")}


def _message(message: dict[str, Any]) -> dict[str, Any]:
    """Cards show their things as they are when somebody looks."""
    return message | {"cards": [(card["kind"], card["id"], card["key"]) for card in message["cards"]]}
