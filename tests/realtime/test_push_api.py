"""Subscribing to pushes: this site's key, and each user's devices."""

import base64
import concurrent.futures

import pytest
from django.db import connection

from core.configuration import host_rules
from realtime.models import Subscription, VapidKeys
from realtime.push import keys
from realtime.push.devices import MOST_DEVICES
from tests.push_server import Browser

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
SERVICE = "https://fcm.googleapis.com/fcm/send/"


@pytest.fixture
def browser():
    return Browser(SERVICE + "a-secret")


def devices(api):
    return api.get("/push/subscriptions").json()["items"]


def test_the_key_is_one_that_browsers_subscribe_with(api):
    key = api.get("/push/key").json()["key"]

    assert len(base64.urlsafe_b64decode(key + "=")) == 65
    assert api.get("/push/key").json() == {"key": key}


@pytest.mark.django_db(transaction=True)
def test_processes_that_make_the_keys_at_once_agree():
    def make(_number):
        try:
            return keys.site_keys().public_key
        finally:
            connection.close()

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(8)))) == 1

    assert VapidKeys.objects.count() == 1


def test_a_device_is_listed_without_its_endpoint(api, browser):
    made = api.post("/push/subscriptions", browser.subscription, headers={"User-Agent": FIREFOX})

    assert made.status_code == 201
    assert made.json()["device"] == "Firefox, Linux"
    assert devices(api) == [made.json()]
    assert made.json().keys() == {"id", "device", "created_at", "used_at"}


@pytest.mark.parametrize(
    ("agent", "device"),
    [(EDGE, "Edge, Windows"), ("curl/8.1", "curl/8.1"), ("", "")],
)
def test_a_device_is_called_after_its_browser(api, browser, agent, device):
    made = api.post("/push/subscriptions", browser.subscription, headers={"User-Agent": agent})

    assert made.json()["device"] == device


def test_what_browsers_add_one_day_does_no_harm(api, browser):
    body = {**browser.subscription, "device": "My phone", "options": {"userVisibleOnly": True}}

    assert api.post("/push/subscriptions", body).json()["device"] == "My phone"


def test_the_same_endpoint_again_is_the_same_device(api, browser):
    first = api.post("/push/subscriptions", browser.subscription).json()

    assert api.post("/push/subscriptions", browser.subscription).json()["id"] == first["id"]
    assert len(devices(api)) == 1


def test_an_endpoint_moves_to_whoever_subscribes_last(api, bob_api, browser):
    api.post("/push/subscriptions", browser.subscription)

    bob_api.post("/push/subscriptions", browser.subscription)

    assert devices(api) == []
    assert len(devices(bob_api)) == 1


def test_a_device_is_removed_by_endpoint_or_id(api, browser):
    api.post("/push/subscriptions", browser.subscription)
    assert api.call("DELETE", "/push/subscriptions", {"endpoint": browser.endpoint}).status_code == 204
    assert devices(api) == []

    made = api.post("/push/subscriptions", browser.subscription).json()
    assert api.delete(f"/push/subscriptions/{made['id']}").status_code == 204
    assert devices(api) == []


def test_a_device_is_removed_by_what_it_subscribed_with(api, browser):
    api.post("/push/subscriptions", browser.subscription)

    assert api.call("DELETE", "/push/subscriptions", browser.subscription).status_code == 204
    assert devices(api) == []


def test_an_outsider_removes_nothing(api, bob_api, browser):
    made = api.post("/push/subscriptions", browser.subscription).json()

    assert bob_api.call("DELETE", "/push/subscriptions", {"endpoint": browser.endpoint}).status_code == 404
    assert bob_api.delete(f"/push/subscriptions/{made['id']}").status_code == 404
    assert devices(api) == [made]


def test_the_oldest_of_too_many_devices_goes(api, browser):
    first = api.post("/push/subscriptions", browser.subscription).json()
    for number in range(MOST_DEVICES):
        api.post("/push/subscriptions", {**browser.subscription, "endpoint": f"{SERVICE}{number}"})

    assert Subscription.objects.count() == MOST_DEVICES
    assert not Subscription.objects.filter(pk=first["id"]).exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://notify.windows.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example\\@fcm.googleapis.com/x",
        "https://evil.example#fcm.googleapis.com/",
        "https://user:pw@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/x",
        "http://127.0.0.1:6379/x",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/\n",
        "ftp://fcm.googleapis.com/x",
        "fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 2_048,
        " ",
    ],
)
def test_an_endpoint_anywhere_else_is_refused(api, browser, endpoint):
    answer = api.post("/push/subscriptions", {**browser.subscription, "endpoint": endpoint})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["endpoint"]
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://web.push.apple.com/x",
        "https://wns2-par02p.notify.windows.com/w/?token=a%2fb",
        "http://127.0.0.1:9/x",
    ],
)
def test_services_that_are_named_are_taken(api, browser, endpoint, settings):
    settings.PUSH_HOSTS += host_rules("PUSH_HOSTS", ["127.0.0.1:9"])

    assert api.post("/push/subscriptions", {**browser.subscription, "endpoint": endpoint}).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("p256dh", "x"),
        ("p256dh", "B" + "A" * 86),
        ("p256dh", "!" * 87),
        ("p256dh", "A2sX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKW"),  # compressed
        ("p256dh", None),
        ("auth", "AAAA"),
        ("auth", "A" * 23),
        ("auth", "例" * 22),
        ("auth", 5),
    ],
)
def test_keys_that_no_browser_has_are_refused(api, browser, field, value):
    body = browser.subscription
    body["keys"][field] = value

    answer = api.post("/push/subscriptions", body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"keys.{field}"]
