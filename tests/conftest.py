"""The cast: ada owns what a test makes, bob is an outsider; `api` and `bob_api` call the API as them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.models import Token, User
from generator.models import Document, RequirementItem, Section, Task
from generator.services import request_task

ROOT = "/api/v1"


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class ApiClient:
    """Calls the API with a bearer token: paths without `/api/v1`, bodies as Python values."""

    def __init__(self, user: User, scopes: tuple[str, ...] = ()) -> None:
        self.user = user
        self.token, self.secret = Token.issue(user, "tests", scopes=list(scopes))
        self._client = Client(raise_request_exception=True)

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", **extra.pop("headers", {})}
        if body is not None:
            extra = {"data": json.dumps(body), "content_type": "application/json", **extra}
        return self._client.generic(method, ROOT + path, headers=headers, **extra)

    def get(self, path: str, **extra: Any) -> Any:
        return self.call("GET", path, **extra)

    def post(self, path: str, body: Any = None, **extra: Any) -> Any:
        return self.call("POST", path, body, **extra)

    def patch(self, path: str, body: Any = None, **extra: Any) -> Any:
        return self.call("PATCH", path, body, **extra)

    def delete(self, path: str, **extra: Any) -> Any:
        return self.call("DELETE", path, **extra)

    def upload(self, path: str, **form: Any) -> Any:
        """A multipart form; lists of files are several files."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        return self._client.post(ROOT + path, form, headers=headers)


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada", password="correct horse battery")


@pytest.fixture
def bob(db):
    return User.objects.create_user("bob", password="correct horse battery")


@pytest.fixture
def api(ada):
    return ApiClient(ada)


@pytest.fixture
def bob_api(bob):
    return ApiClient(bob)


@pytest.fixture
def task(ada):
    """A pending task of ada's, about passwords."""
    return request_task(ada, requirement="Lock the account after 5 wrong passwords.", title="Passwords")


@pytest.fixture
def analysed(task):
    """The same task with two sections and the items R1 to R3."""
    text = "Lock the account after 5 wrong passwords. Mail the owner. Show an error."
    Task.objects.filter(pk=task.pk).update(requirement=text)
    Document.objects.filter(task=task).update(text=text)
    sections = [
        Section.objects.create(task=task, position=n, title=title, document=0, start=0, end=len(text))
        for n, title in enumerate(["Locking", "Telling"])
    ]
    for number, quote in enumerate(["Lock the account", "Mail the owner", "Show an error"], 1):
        start = text.index(quote)
        RequirementItem.objects.create(
            task=task,
            section=sections[number > 1],
            number=number,
            document=0,
            start=start,
            end=start + len(quote),
            quote=quote,
            text=f"{quote}.",
        )
    task.refresh_from_db()
    return task
