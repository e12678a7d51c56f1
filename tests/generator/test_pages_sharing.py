"""The task page's people, and what a page offers to whom, with and without JavaScript."""

from __future__ import annotations

import pytest
from django.test import Client

from generator.models import Member
from realtime.chat.models import Room
from tests.generator.sharing import Page, shared

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browsers(analysed):
    pages = {name: Page(name) for name in ("ada", "bob", "carol", "eve")}
    shared(analysed, pages)
    clients = {name: Client() for name in pages}
    for name, client in clients.items():
        client.force_login(pages[name].user)
    return clients


def test_the_owner_shares_by_name_without_javascript(browsers, analysed):
    asked = browsers["ada"].post(f"/tasks/{analysed.pk}/members/", {"name": " eve ", "role": "view"})

    assert (asked.status_code, asked["Location"]) == (302, f"/tasks/{analysed.pk}/")
    assert Member.objects.get(user__username="eve").role == "view"


@pytest.mark.parametrize(("name", "said"), [("nobody", "nobody"), ("", "Give a name"), ("ada", "yours")])
def test_a_wrong_name_is_said_in_the_dialog(browsers, analysed, name, said):
    asked = browsers["ada"].post(
        f"/tasks/{analysed.pk}/members/", {"name": name, "role": "view"}, headers=HTMX
    )

    assert asked.status_code == 422
    assert said in asked.content.decode()


def test_a_member_leaves_and_others_are_removed_by_the_owner(browsers, analysed):
    remove = f"/tasks/{analysed.pk}/members/remove/"
    assert browsers["bob"].post(remove, {"name": "carol"}).status_code == 403
    assert browsers["bob"].post(remove, {"name": "bob"})["Location"] == "/tasks/"
    assert browsers["ada"].post(remove, {"name": "carol"}).status_code == 302

    assert not Member.objects.exists()
    assert browsers["bob"].get(f"/tasks/{analysed.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rename/", {"title": "Other"}),
        ("cancel/", {}),
        ("retry/", {}),
        ("delete/", {}),
        ("members/", {"name": "eve", "role": "view"}),
    ],
)
def test_a_viewers_page_changes_nothing(browsers, analysed, path, body):
    before = analysed.rev

    assert browsers["bob"].post(f"/tasks/{analysed.pk}/{path}", body).status_code == 403
    assert browsers["eve"].post(f"/tasks/{analysed.pk}/{path}", body).status_code == 404

    analysed.refresh_from_db()
    assert analysed.rev == before + 2  # both were shared with since


def test_lists_and_pages_say_who_shares(browsers, analysed):
    for name, role in {"bob": "view", "carol": "edit"}.items():
        for path in ("/tasks/", f"/tasks/{analysed.pk}/"):
            html = browsers[name].get(path).content.decode()
            assert f'data-role="{role}"' in html
            assert 'shared by <b data-field="owner">ada</b>' in html
    assert f'data-task="{analysed.pk}"' not in browsers["eve"].get("/tasks/").content.decode()


def test_what_others_share_is_in_the_task_manager_and_not_among_ones_own_on_the_generator(browsers, analysed):
    mark = f'data-task="{analysed.pk}"'

    assert mark in browsers["bob"].get("/tasks/").content.decode()
    assert mark not in browsers["bob"].get("/").content.decode()
    assert mark in browsers["ada"].get("/").content.decode()


def test_the_page_leads_to_the_tasks_room(browsers, analysed):
    address = f"/chat/{Room.objects.get(task_id=analysed.pk).pk}/"

    for name in ("ada", "bob", "carol"):
        assert f'href="{address}"' in browsers[name].get(f"/tasks/{analysed.pk}/").content.decode()
        assert browsers[name].get(address).status_code == 200
    assert browsers["eve"].get(address).status_code == 404
