"""A request that meets a database that is full or locked: 503 in words, and one line in the log."""

import logging
import sqlite3
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from generator.models import Task
from realtime.models import Epoch
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("postgres" in settings.DATABASES["default"]["ENGINE"], reason="SQLite's own faults"),
]
LONG = "Lock the account after 5 wrong passwords. " * 4_000
CHINESE = {"Accept-Language": "zh-hans"}


@contextmanager
def full_disk():
    """SQLite may use no page more than it has: what Linux says of a full disk, `SQLITE_FULL`."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no page that a test before has left
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        yield
        cursor.execute("PRAGMA max_page_count = 4294967294")


@contextmanager
def locked_database():
    """Another process writes, for longer than this one waits."""
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    connection.close()


@pytest.fixture
def visitor(ada):
    """A browser in which ada is signed in."""
    Epoch.objects.get_or_create()
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    return client


def post(api, requirement, **headers):
    return api.post("/tasks", {"requirement": requirement}, headers=headers)


@pytest.mark.parametrize(("fault", "told"), [(full_disk, "is full"), (locked_database, "is locked")])
def test_a_call_that_cannot_be_stored_is_a_503_problem_and_one_line_in_the_log(api, fault, told, caplog):
    with fault(), caplog.at_level(logging.WARNING):
        answer = post(api, LONG)

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "5"
    assert answer.json()["detail"].startswith("The database cannot be reached or written right now.")
    assert [told in record.getMessage() for record in caplog.records] == [True]
    assert caplog.records[0].exc_info is None
    assert not Task.objects.exists()


def test_reads_go_on_while_the_disk_is_full_and_writes_once_there_is_space(api):
    with full_disk():
        assert post(api, LONG).status_code == 503
        assert api.get("/tasks").status_code == 200
        assert api._client.get("/readyz").status_code == 200

    assert post(api, LONG).status_code == 202


def test_the_problem_speaks_chinese(api):
    with full_disk():
        answer = post(api, LONG, **CHINESE)

    assert "暂时无法连接或写入数据库" in answer.json()["detail"]


@pytest.mark.parametrize(("language", "words"), [("en", "Back button"), ("zh-hans", "“后退”")])
def test_a_page_says_so_without_asking_the_database(visitor, language, words, caplog):
    with full_disk():
        page = visitor.post("/", {"requirement": LONG}, headers={"Accept-Language": language})

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert words in page.text
    assert "data-stream" not in page.text
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_database_that_is_away_before_any_view_runs_is_a_503_too(visitor):
    with broken_connection():
        page = visitor.get("/")
        call = visitor.get(ROOT + "/me")

    assert page.status_code == call.status_code == 503
    assert call["Content-Type"] == "application/problem+json"


@contextmanager
def broken_connection():
    """The file is there, but nothing can be read from it."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/caseloom.sqlite3"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


def test_a_statement_that_the_database_does_not_understand_is_a_bug_not_an_outage(api):
    api._client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE generator_taskcounts RENAME TO lost")
        try:
            answer = api.get("/tasks")
        finally:
            cursor.execute("ALTER TABLE lost RENAME TO generator_taskcounts")

    assert answer.status_code == 500


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_about_it_has_the_theme_that_the_browser_chose(visitor, theme):
    visitor.cookies["theme"] = theme
    with full_disk():
        page = visitor.post("/", {"requirement": LONG})

    assert page.status_code == 503
    assert f'data-theme="{theme}"' in page.content.decode()
