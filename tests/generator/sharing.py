"""ada shares tasks: bob may look, carol may edit, eve is an outsider. Each keeps what their stream tells."""

from __future__ import annotations

import json
from typing import Any

from core.models import User
from generator.members import share_task
from generator.models import Task
from realtime.models import Event
from tests.conftest import ApiClient

ROLES = {"ada": "owner", "carol": "edit", "bob": "view"}


class Page:
    """What somebody knows of tasks and cases who fetched nothing and applied every event."""

    def __init__(self, name: str) -> None:
        self.user = User.objects.get_or_create(username=name)[0]
        self.api = ApiClient(self.user)
        self.tasks: dict[str, dict[str, Any]] = {}
        self.cases: dict[str, dict[str, dict[str, Any]]] = {}
        self.seq = 0

    def heard(self) -> list[dict[str, Any]]:
        """The events of tasks and cases that came since the last time."""
        rows = Event.objects.filter(user=self.user, seq__gt=self.seq).order_by("seq")
        events = [json.loads(row.frame) for row in rows]
        self.seq += len(events)
        return [event for event in events if event["type"].startswith(("task.", "case."))]

    def listen(self) -> None:
        for event in self.heard():
            apply(event, self.tasks, self.cases)

    def fetch(self) -> dict[str, dict[str, Any]]:
        """The same from the API, without what no event is told for."""
        items = self.api.get("/tasks?limit=100").json()["items"]
        return {task["id"]: still(task) for task in items}

    def fetch_cases(self, task_id: str) -> dict[str, dict[str, Any]]:
        items = self.api.get(f"/tasks/{task_id}/cases?limit=100").json()["items"]
        return {case["key"]: case for case in items}

    def assert_up_to_date(self) -> None:
        """Whoever comes to a task that has cases reads them once, then hears of each."""
        self.listen()
        fetched = self.fetch()
        assert {key: still(task) for key, task in self.tasks.items()} == fetched
        for task_id, cases in self.cases.items():
            assert cases == self.fetch_cases(task_id), self.user.username
        self.assert_counted(fetched)

    def assert_counted(self, tasks: dict[str, dict[str, Any]]) -> None:
        counts = self.api.get("/tasks").json()["counts"]
        for status, number in counts.items():
            seen = [task for task in tasks.values() if task["status"] == status]
            assert number == len(seen), (self.user.username, status)

    def read_cases(self) -> None:
        self.cases = {task_id: self.fetch_cases(task_id) for task_id in self.tasks}


def apply(event: dict[str, Any], tasks: dict[str, Any], cases: dict[str, Any]) -> None:
    kind = event["type"]
    if kind == "task.deleted":
        tasks.pop(event["id"])
        cases.pop(event["id"], None)
    elif kind.startswith("task."):
        assert (kind == "task.created") == (event["task"]["id"] not in tasks), kind
        tasks[event["task"]["id"]] = event["task"]
    elif event["task_id"] not in cases:
        assert event["task_id"] in tasks
    elif kind == "case.deleted":
        del cases[event["task_id"]][event["key"]]
    else:
        cases[event["task_id"]][event["case"]["key"]] = event["case"]


def still(task: dict[str, Any]) -> dict[str, Any]:
    """Without what moves while a task waits or runs and `queue`, `task.progress` and `case.created` tell."""
    moving = {"queue_position", "waiting_for", "progress", "eta_seconds"}
    if task["status"] == "running":
        moving |= {"rev", "cases_count"}
    return {field: value for field, value in task.items() if field not in moving}


def without_role(event: dict[str, Any]) -> dict[str, Any]:
    told = {field: value for field, value in event.items() if field != "seq"}
    if "task" in told:
        told["task"] = {field: value for field, value in told["task"].items() if field != "role"}
    return told


def shared(task: Task, with_whom: dict[str, Page]) -> None:
    for name, page in with_whom.items():
        if ROLES.get(name) in {"view", "edit"}:
            share_task(task, task.owner, page.user, ROLES[name])
