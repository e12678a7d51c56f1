"""Preferences over HTTP and on their page."""

import socket

import pytest
from django.db import connection

from core.configuration import schemes
from realtime.models import Preferences, Target

QUIET = {"days": [0, 1, 2, 3, 4], "from": "22:00", "to": "07:00", "timezone": "Asia/Shanghai"}
PATH = "/notifications/preferences"
HOOK = "slack://TokenA/TokenBBBB/TokenCCCCCCCC"


def put(api, **given):
    return api.call("PUT", PATH, given)


def test_by_default_an_ended_task_is_told_in_the_site_the_chat_and_the_browser(api):
    shown = api.get(PATH).json()

    assert shown["kinds"]["task.completed"] == {
        "site": True,
        "chat": True,
        "browser": True,
        "elsewhere": False,
    }
    assert shown["kinds"]["chat.message"] == {
        "site": True,
        "chat": False,
        "browser": True,
        "elsewhere": False,
    }
    assert (shown["quiet"], shown["targets"]) == (None, [])


def test_what_is_left_out_keeps_its_value(api):
    put(api, kinds={"system": {"browser": False}}, quiet=QUIET)
    put(api, kinds={"system": {"elsewhere": True}, "task.failed": {"chat": False}})

    shown = api.get(PATH).json()
    assert shown["kinds"]["system"] == {"site": True, "chat": False, "browser": False, "elsewhere": True}
    assert shown["kinds"]["task.failed"]["chat"] is False
    assert shown["kinds"]["task.completed"]["chat"] is True
    assert shown["quiet"] == QUIET


def test_what_was_shown_can_be_put_back_as_it_is(api):
    put(api, kinds={"system": {"site": False}}, quiet=QUIET, targets=[HOOK])
    shown = api.get(PATH).json()

    response = put(api, **shown)

    assert response.status_code == 200
    assert response.json() == shown
    assert Target.objects.get().url == HOOK


def test_quiet_hours_are_taken_back_with_null(api):
    put(api, quiet=QUIET)

    assert put(api, quiet=None).json()["quiet"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": {"task.paused": {"site": True}}}, "kinds.task.paused"),
        ({"kinds": {"system": {"pigeon": True}}}, "kinds.system.pigeon"),
        ({"kinds": {"system": {"site": 1}}}, "kinds.system.site"),
        ({"kinds": {"chat.message": {"chat": True}}}, "kinds.chat.message.chat"),
        ({"quiet": QUIET | {"timezone": "Mars/Olympus"}}, "quiet.timezone"),
        ({"quiet": QUIET | {"timezone": "../../etc/passwd"}}, "quiet.timezone"),
        ({"quiet": QUIET | {"days": [7]}}, "quiet.days.0"),
        ({"quiet": QUIET | {"days": []}}, "quiet.days"),
        ({"quiet": QUIET | {"from": "24:00"}}, "quiet.from"),
        ({"quiet": QUIET | {"to": "٠٧:٠٠"}}, "quiet.to"),
        ({"quiet": QUIET | {"days": [*range(7)], "to": "22:00"}}, "quiet.days"),
        ({"quiet": {"days": [1]}}, "quiet.from"),
        ({"targets": ["gopher://example.org/"]}, "targets.0"),
        ({"targets": [HOOK, "not an address"]}, "targets.1"),
        ({"targets": [f"{HOOK}/#a\0"]}, "targets.0"),
        ({"targets": [HOOK] * 11}, "targets"),
        ({"sounds": True}, "sounds"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(api, given, field):
    response = put(api, **({"kinds": {"task.failed": {"site": False}}} | given))

    assert response.status_code == 422
    assert field in [error["field"] for error in response.json()["errors"]]
    assert not Preferences.objects.exclude(kinds={}, quiet=None).exists()
    assert not Target.objects.exists()


def test_secrets_of_targets_are_never_shown_again(api, client, ada):
    shown = put(api, targets=[HOOK]).json()["targets"][0]

    client.force_login(ada)
    assert "TokenCCCCCCCC" not in shown + api.get(PATH).text + client.get("/notifications/preferences/").text


def test_a_masked_target_stays_the_one_it_stands_for(api):
    kept = put(api, targets=[HOOK, "slack://TokenX/TokenYYYY/TokenZZZZZZZZ"]).json()["targets"][1]
    before = Target.objects.get(url__contains="TokenZ").pk

    put(api, targets=[kept, "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"])

    assert Target.objects.get(url__contains="TokenZ").pk == before
    assert sorted(target.url.partition(":")[0] for target in Target.objects.all()) == ["discord", "slack"]


def test_a_target_that_is_named_twice_is_told_once(api):
    masked = put(api, targets=[HOOK]).json()["targets"]

    assert put(api, targets=[HOOK, HOOK]).json()["targets"] == masked
    assert put(api, targets=[HOOK, *masked]).json()["targets"] == masked
    assert put(api, targets=[*masked, HOOK, *masked]).json()["targets"] == masked


def test_a_whole_address_and_a_mask_that_fits_it_too_keep_two_targets(api):
    alike = [HOOK, HOOK[:-2] + "X" + HOOK[-1]]
    masked = put(api, targets=alike).json()["targets"]

    put(api, targets=[masked[0], HOOK])

    assert masked[0] == masked[1]
    assert {target.url for target in Target.objects.all()} == {*alike}


@pytest.mark.django_db(transaction=True)
def test_a_host_that_is_slow_to_be_found_keeps_nobody_from_writing(api, settings, monkeypatch):
    settings.NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", ["jsons"])
    in_transaction = []

    def find(*_where, **_how):
        in_transaction.append(connection.in_atomic_block)
        return [(0, 0, 0, "", ("8.8.8.8", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", find)
    assert put(api, targets=["jsons://hooks.example.com/x"]).status_code == 200

    assert in_transaction == [False]


def test_nobody_keeps_the_masked_target_of_somebody_else(api, bob_api):
    masked = put(api, targets=[HOOK]).json()["targets"][0]

    put(bob_api, targets=[masked])

    assert not Target.objects.filter(user__username="bob", url=HOOK).exists()
    assert bob_api.get(PATH).json()["kinds"] == api.get(PATH).json()["kinds"]


def form(**changed):
    return {"task.completed:site": "on", "from": "22:00", "to": "07:00", "timezone": "", **changed}


def test_the_page_saves_without_javascript(client, api, ada):
    client.force_login(ada)
    assert client.get("/notifications/preferences/").status_code == 200

    sent = form(quiet="on", day=["5", "6"], timezone="Europe/Berlin", targets=f"{HOOK}\n")
    assert client.post("/notifications/preferences/", sent).url == "/notifications/preferences/"

    shown = api.get(PATH).json()
    assert shown["kinds"]["task.completed"] == {
        "site": True,
        "chat": False,
        "browser": False,
        "elsewhere": False,
    }
    assert not any(shown["kinds"]["system"].values())
    assert shown["quiet"] == QUIET | {"days": [5, 6], "timezone": "Europe/Berlin"}
    assert len(shown["targets"]) == 1


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client, ada):
    client.force_login(ada)

    response = client.post(
        "/notifications/preferences/", form(quiet="on", day=["1"], timezone="Mars/Olympus")
    )

    assert response.status_code == 422
    assert "Mars/Olympus" in response.text
    assert "Give a time zone like Asia/Shanghai." in response.text
    assert not Preferences.objects.exclude(kinds={}).exists()


def test_strangers_are_sent_to_sign_in(client, db):
    assert client.get("/notifications/preferences/").status_code == 302
    assert client.get("/api/v1/notifications/preferences").status_code == 401
