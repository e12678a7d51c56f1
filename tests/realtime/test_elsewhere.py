"""Telling people elsewhere, through Apprise: where that may lead, and what arrives."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from channels.db import database_sync_to_async as in_thread

from core.configuration import schemes
from core.validation import InvalidInput
from realtime.models import Delivery, Target
from realtime.notifications.elsewhere import checked, masked
from realtime.notifications.preferences import save_preferences
from tests.realtime.delivering import delivering, nothing_waits, tell, until

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


class Hook:
    """A chat of somebody's own, to which Apprise posts JSON."""

    def __init__(self):
        self.received = []
        self.statuses = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self.http.server_port}"

    def _handler(self):
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = hook.statuses.pop(0) if hook.statuses else 200
                if status == 200:
                    hook.received.append(body)
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        return Handler


@pytest.fixture
def hook(settings):
    """One that the administrator allows, and that ada wants to be told at."""
    hook = Hook()
    settings.NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", [f"json://{hook.host}"])
    settings.PUBLIC_URL = "https://cases.example.com"
    serving = threading.Thread(target=hook.http.serve_forever, args=(0.05,))
    serving.start()
    yield hook
    hook.http.shutdown()
    serving.join()
    hook.http.server_close()


@pytest.fixture
def target(ada, hook):
    address = f"json://{hook.host}/hooks/s3cret"
    save_preferences(ada.pk, {"kinds": {"system": {"elsewhere": True}}, "targets": [address]})
    return Target.objects.get()


def why_not(address):
    with pytest.raises(InvalidInput) as refused:
        checked(address)
    return str(refused.value)


@pytest.mark.django_db(transaction=True)
async def test_a_notification_arrives_with_its_title_text_and_link(ada, hook, target):
    await in_thread(tell)(ada)
    async with delivering():
        await nothing_waits()

    [message] = hook.received
    assert message["title"] == "Finished: Passwords"
    assert message["message"] == "3 test cases\n\nhttps://cases.example.com/tasks/1/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [500, 302])
async def test_a_target_that_fails_is_told_later(ada, hook, target, caplog, status):
    caplog.set_level("DEBUG")
    hook.statuses.append(status)
    await in_thread(tell)(ada)
    async with delivering():
        await until(lambda: Delivery.objects.filter(attempts=1).exclude(target=None).exists())
        await until(lambda: not hook.statuses)
        assert hook.received == []
        await until(lambda: "tried again" in caplog.text)

        await Delivery.objects.aupdate(due_at=target.created_at)
        await nothing_waits()

    assert len(hook.received) == 1
    assert "s3cret" not in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_a_target_that_is_allowed_no_more_is_told_no_more(ada, hook, target, settings, caplog):
    await in_thread(tell)(ada)
    settings.NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", ["slack"])

    async with delivering():
        await nothing_waits()

    assert hook.received == []
    assert "not allowed any more" in caplog.text


def test_services_of_the_settings_are_taken():
    assert checked(SLACK) == SLACK
    assert checked("feishu://token1234567") == "feishu://token1234567"
    assert checked("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")


@pytest.mark.parametrize(
    "address",
    [
        "json://example.com/x",
        "jsons://example.com/x",
        "mailtos://ada:secret@example.com",
        "syslog://",
        "dbus://",
        "windows://",
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "feishu://",
        "slack://x",
        "words",
        "",
        f"{SLACK}/#one/#two",
        f"{SLACK}?template=/etc/passwd",
        f"{SLACK}?a=b;template=/etc/passwd",
        f"{SLACK}?TEMPLATE=/etc/passwd",
        f"{SLACK}?:template=x",
        f"{SLACK}?verify=no",
        f"{SLACK}?rto=9000",
        f"{SLACK}?retry=99",
        "workflows://127.0.0.1/workflow/signature",
        "workflows://logic.azure.com.evil.example/workflow/signature",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(address):
    assert why_not(address)


@pytest.mark.parametrize(
    "address",
    [
        "jsons://127.0.0.1/x",
        "jsons://localhost/x",
        "jsons://[::1]/x",
        "jsons://10.0.0.1:8080/x",
        "jsons://169.254.169.254/latest",
        "jsons://0.0.0.0/x",
        "jsons://no-such-host.invalid/x",
        "mailtos://ada:secret@example.com?smtp=127.0.0.1",
    ],
)
def test_free_hosts_must_be_public(address, settings):
    settings.NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", ["jsons", "mailtos"])

    assert "nothing to that host" in why_not(address)


def test_a_host_that_the_administrator_names_may_be_inside(settings):
    settings.NOTIFY_TARGETS = schemes("NOTIFY_TARGETS", ["jsons://127.0.0.1:8443", "mailtos://mail.inside"])

    assert checked("jsons://127.0.0.1:8443/x")
    assert checked("mailtos://ada:secret@example.com?smtp=mail.inside&to=ada@example.com")
    assert why_not("jsons://127.0.0.1:8444/x")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("json://ada:secret@hooks.example.com:80/s3cret?token=secret", "json://hooks.example.com:80/…"),
        ("mailtos://ada:secret@example.com?to=bob@example.com", "mailtos://ada@example.com:587/…"),
        ("feishu://secret-token-1", "feishu://s...1/"),
        ("nonsense", "nonsense://…"),
    ],
)
def test_a_mask_shows_no_secret(address, shown):
    assert masked(address) == shown
