"""Files come with messages, and nothing in them runs."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from realtime.models import ChatFile, Message
from tests.realtime.chat.conftest import told

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def sent(api, address, *files, **form):
    return api.upload(
        f"{address}/messages", files=[ContentFile(content, name=name) for name, content in files], **form
    )


def test_a_file_comes_with_its_message_and_back_as_it_was(api, bob_api, bob, direct):
    message = sent(api, direct, ("计划.txt", b"plan\r\n"), text="Look").json()

    assert told(bob, "message.created")[-1]["message"] == message
    (file,) = message["files"]
    assert (file["name"], file["media_type"], file["size"]) == ("计划.txt", "text/plain", 6)
    got = bob_api.get(file["url"].removeprefix("/api/v1"))
    assert got.content == b"plan\r\n"
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]


def test_a_file_needs_no_text(api, direct):
    response = sent(api, direct, ("a.bin", b"\0\1"))

    assert response.status_code == 201
    assert response.json()["text"] == ""


@pytest.mark.parametrize(
    ("name", "content", "media_type", "disposition"),
    [
        ("a.png", PNG, "image/png", "inline"),
        ("a.png", b"<script>alert(1)</script>", "application/octet-stream", "attachment"),
        ("a.html", b"<script>alert(1)</script>", "text/html", "attachment"),
        ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml", "attachment"),
        ("a", b"", "application/octet-stream", "attachment"),
    ],
)
def test_pictures_alone_are_shown_in_place(api, direct, name, content, media_type, disposition):
    (file,) = sent(api, direct, (name, content)).json()["files"]

    got = api.get(file["url"].removeprefix("/api/v1"))

    assert (file["media_type"], got["Content-Type"]) == (media_type, media_type)
    assert got["Content-Disposition"].startswith(disposition)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\windows\\x.txt", "a\u202etxt.exe", "x" * 300 + ".txt"]
)
def test_names_are_cleaned(api, direct, name):
    stored = sent(api, direct, (name, b"x")).json()["files"][0]["name"]

    assert not set(stored) & set("/\\\u202e")
    assert 0 < len(stored) <= 255


def test_eleven_files_are_refused(api, direct):
    assert sent(api, direct, *[(f"{n}.txt", b"x") for n in range(11)]).status_code == 422
    assert not Message.objects.exists()


def test_files_that_are_too_large_together_are_refused(api, direct):
    half = b"x" * (settings.MAX_UPLOAD_MB * 2**19 + 1)

    assert sent(api, direct, ("a", half), ("b", half)).status_code == 413
    assert not ChatFile.objects.exists()


def test_fields_that_are_none_are_refused(api, direct):
    assert sent(api, direct, ("a", b"x"), txt="Look").status_code == 422
    assert sent(api, direct, ("a", b"x"), reply_to="x").status_code == 422
    assert api.upload(f"{direct}/messages", other=ContentFile(b"x", name="a")).status_code == 422


def test_bytes_of_a_deleted_message_are_gone(api, direct):
    message = sent(api, direct, ("a.txt", b"x"), client_id="c", text="Look").json()
    again = sent(api, direct, ("a.txt", b"x"), client_id="c", text="Look")
    assert (again.status_code, ChatFile.objects.count()) == (200, 1)

    api.delete(f"{direct}/messages/{message['id']}")

    assert not ChatFile.objects.exists()
