"""Tasks that read documents, by the rules engine, from the upload to the cases."""

import asyncio
import io
import os
import subprocess
import sys
import time

import pytest
from channels.db import database_sync_to_async as in_thread
from django.core.files.base import ContentFile

from generator.documents.reading import read_document
from generator.models import Document, Task
from generator.services import Upload, request_task
from generator.sources import sources_of
from tests.generator import files
from tests.generator.test_supervisor import until
from tests.generator.working import working

pytestmark = pytest.mark.django_db(transaction=True)
RULES = [
    "The password must have between 8 and 20 characters.",
    "The page must refuse the sixth wrong password.",
]
CHINESE = ["密码必须为 8 至 20 位。", "系统必须拒绝第六次错误的密码。"]


def requirement_in_word():
    word = files.Word()
    rules = word.numbering(("decimal", "%1."), ("decimal", "%1.%2"), starts_at=4)
    word.item("登录", rules)
    for rule in CHINESE:
        word.item(rule, rules, 1)
    word.document.add_picture(io.BytesIO(files.picture()))
    return word.save()


def ended(task):
    return not task.is_open


async def finished(api, *uploads):
    """The task that was made of the files, once it has ended."""
    named = [ContentFile(content, name) for name, content in uploads]
    response = await in_thread(api.upload)("/tasks", files=named)
    assert response.status_code == 202, response.content
    task = await Task.objects.aget(pk=response.json()["id"])
    async with working():
        await until(task, ended, seconds=40)
    return task


def spans_of(task):
    texts = dict(Document.objects.filter(task=task).values_list("position", "text"))
    items = task.items.order_by("number")
    return [(item.label, item.quote, texts[item.document][item.start : item.end]) for item in items]


@pytest.mark.parametrize(
    ("name", "content", "rules"),
    [
        ("需求.docx", requirement_in_word(), CHINESE),
        (
            "rules.pdf",
            files.pdf(["# Accounts", *[f"4.{n} {rule}" for n, rule in enumerate(RULES, 1)]]),
            RULES,
        ),
    ],
)
async def test_spans_are_exact_in_what_was_read(api, name, content, rules):
    task = await finished(api, (name, content))

    assert task.status == Task.Status.COMPLETED, task.error_message
    found = await in_thread(spans_of)(task)
    assert all(quote == stretch for _label, quote, stretch in found)
    assert [quote for _label, quote, _stretch in found] == rules
    assert [label for label, _quote, _stretch in found] == ["4.1", "4.2"]
    assert task.cases_count >= 4


async def test_pictures_that_nobody_read_are_named_on_the_task(api):
    task = await finished(api, ("需求.docx", requirement_in_word()))

    entries = (await in_thread(api.get)(f"/tasks/{task.pk}/events")).json()
    (source,) = await in_thread(sources_of)(task)

    (entry,) = [entry for entry in entries if entry["kind"] == "document.images"]
    assert entry["detail"] == {"name": "需求.docx", "count": 1}
    assert source.pictures == 1


async def test_bad_files_among_ten_fail_the_task_by_name_and_the_others_are_read(api):
    good = [(f"{number}.md", b"The page must open.") for number in range(8)]
    broken = files.replaced(files.word("hello"), "word/document.xml", b"<w:document")

    task = await finished(api, *good, ("broken.docx", broken), ("empty.pdf", files.pdf([])))

    assert (task.status, task.error_code) == (Task.Status.FAILED, "document_unreadable")
    assert [line.split(" ")[0] for line in task.error_message.split("\n")] == ["broken.docx", "empty.pdf"]
    unread = Document.objects.filter(task=task, content__isnull=False).values_list("name", flat=True)
    assert await in_thread(sorted)(unread) == ["broken.docx", "empty.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.docx", files.workbook(("a",)), 415),
        ("a.docx", files.word("x")[:900], 422),
        ("a.pdf", files.picture(), 415),
    ],
)
def test_what_shows_at_once_is_refused_before_there_is_a_task(api, name, content, status):
    response = api.upload("/tasks", files=[ContentFile(content, name)])

    assert response.status_code == status
    assert response.json()["errors"][0]["field"] == "files"
    assert not Task.objects.exists()


def test_an_estimate_reads_the_same_files(api):
    response = api.upload("/estimate", files=[ContentFile(requirement_in_word(), "a.docx")])
    refusal = api.upload("/estimate", files=[ContentFile(files.pdf([]), "a.pdf")])

    assert response.json()["items"] == 2
    assert refusal.status_code == 422
    assert refusal.json()["errors"] == [{"field": "files", "message": "a.pdf holds no text."}]


def test_a_second_estimate_does_not_read_the_same_file_again(api, monkeypatch):
    word = requirement_in_word()
    first = api.upload("/estimate", files=[ContentFile(word, "a.docx")])
    monkeypatch.setattr(sys, "executable", "/no/reader/can/start")

    second = api.upload("/estimate", files=[ContentFile(word, "b.docx")])

    assert second.json() == first.json()


# --- the reader's process

LONG = files.pdf(*[[f"The system must do thing {line}." for line in range(40)]] * 1500)


async def until_true(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


PARENT = """
import sys
from pathlib import Path
import django
django.setup()
from generator.documents.reading import read_document_now
read_document_now("long.pdf", "application/pdf", Path(sys.argv[1]).read_bytes())
"""


def running():
    shown = subprocess.run(
        ["ps", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True
    ).stdout
    return [line.split(maxsplit=3) for line in shown.splitlines()[1:]]


def readers(parent=None):
    """The parent's readers, those that are dead and not gone as well."""
    own = [row for row in running() if row[1] == str(parent or os.getpid())]
    return [row for row in own if "documents.child" in row[3] or ("Z" in row[2] and "python" in row[3])]


async def test_whoever_stops_waiting_kills_the_reader(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    reading = asyncio.create_task(read_document("a.pdf", "application/pdf", LONG))
    await until_true(readers)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    await until_true(lambda: not readers())
    assert not list(tmp_path.iterdir())


async def test_a_reader_does_not_outlive_a_parent_that_was_killed(tmp_path):
    (tmp_path / "long.pdf").write_bytes(LONG)
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, str(tmp_path / "long.pdf"))
    await until_true(lambda: readers(parent.pid))
    ((pid, *_facts),) = readers(parent.pid)

    parent.kill()
    await parent.wait()

    await until_true(lambda: pid not in {row[0] for row in running()}, seconds=5)


async def test_a_cancelled_task_does_not_wait_for_its_reader(api, ada):
    task = await in_thread(request_task)(ada, uploads=[Upload("a.pdf", "application/pdf", LONG)])

    async with working():
        await until_true(readers)
        await in_thread(api.post)(f"/tasks/{task.pk}/cancel")
        await until(task, ended, seconds=10)

    assert task.status == Task.Status.CANCELLED
    await until_true(lambda: not readers())
