"""What is no file of cases is refused in words that name it, and nothing comes of it."""

import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from generator.documents.readers.case_csv import ROWS_LIMIT
from generator.editing import add_case
from generator.exports import export
from generator.members import share_task
from generator.models import Case
from realtime.models import Event
from tests.conftest import ApiClient
from tests.generator.files_of_cases import bring, csv_of, exported, map_of, named, saved, workbook


def archive(**entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def refused(response, status, *words):
    assert response.status_code == status, response.content.decode()
    (error,) = response.json()["errors"]
    assert error["field"] == "file"
    for word in words:
        assert word in error["message"]
    assert not Case.objects.exists()


NESTED = '{"id":"x","title":"x","children":{"attached":[' * 3_000 + "]}}" * 3_000
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xmap-content>&a;</xmap-content>'


@pytest.mark.parametrize(
    ("name", "content", "status", "word"),
    [
        ("cases.txt", b"Title", 415, "XLSX, CSV, XMIND, JSON"),
        ("cases", b"Title", 415, "XLSX"),
        ("cases.xls", b"\xd0\xcf\x11\xe0", 415, "XLSX"),
        ("cases.csv", b"", 422, "empty"),
        ("cases.xlsx", b"Title,Steps", 415, "not what its name says"),
        ("cases.xmind", saved(Workbook()), 415, "not what its name says"),
        ("cases.xlsx", b"PK\x03\x04 nonsense", 422, "broken"),
        ("cases.xlsx", archive(xl__workbook_dot_xml="<x/>"), 422, "broken"),
        ("cases.xmind", archive(content_dot_json="{"), 422, "broken"),
        ("cases.xmind", archive(content_dot_json="[]"), 422, "no topics"),
        ("cases.xmind", archive(content_dot_json=f'[{{"rootTopic":{NESTED}}}]'), 422, "broken"),
        ("cases.xmind", archive(content_dot_xml=BOMB), 422, "entities"),
        ("cases.xmind", archive(content_dot_json=b" " * 50_000_000), 422, "unpacks"),
        ("cases.csv", csv_of([["One", "Two"], ["a", "b"]]), 422, "Title"),
        ("cases.csv", b"\xff\xfe\x00", 422, "encoding"),
        ("cases.csv", b"Title,Steps\na,\0", 422, "binary"),
        ("cases.csv", b'Title,Steps\nA,1. x\nB,"1. y\nC,1. z\n', 422, "row 3 is never closed"),
        ("cases.csv", b'Title,Steps\nA,"' + b"x" * 100_001, 422, "row 2 is never closed"),
        ("cases.json", b"{", 422, "JSON"),
        ("cases.json", b"\xff", 422, "JSON"),
        ("cases.json", b"[" * 100_000, 422, "JSON"),
        ("cases.json", b'{"cases": NaN}', 422, "JSON"),
        ("cases.json", b'{"cases": {}}', 422, "list"),
        ("cases.json", b"[1]", 422, "list"),
        ("cases.json", b"null", 422, "list"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_file_of_cases_is_named(api, task, name, content, status, word):
    refused(bring(api, task, named(name, content)), status, name, word)


@pytest.mark.parametrize("format", ["csv", "json", "xlsx", "xmind"])
def test_too_many_rows_are_refused(api, task, format):
    number = ROWS_LIMIT + 1
    topics = [{"id": f"t{n}", "title": f"Case {n}"} for n in range(number)]
    root = {"id": "r", "title": "Root", "children": {"attached": topics}}
    content = {
        "csv": lambda: csv_of([["Title", "Data"], *[[f"Case {n}", "x"] for n in range(number)]]),
        "json": lambda: json.dumps([{"title": f"Case {n}"} for n in range(number)]),
        "xlsx": lambda: workbook(["Title", "Data"], *[[f"Case {n}", "x"] for n in range(number)]).read(),
        "xmind": lambda: map_of([{"id": "s", "title": "s", "rootTopic": root}]),
    }[format]()

    refused(bring(api, task, named(f"cases.{format}", content)), 413, f"cases.{format}", "2,000")


def test_a_file_over_the_sites_limit_is_refused(api, task, settings):
    settings.MAX_UPLOAD_MB = 1

    refused(bring(api, task, named("cases.csv", b"x" * 1_048_577)), 413, "cases.csv", "1 MB")


def test_a_form_without_one_file_is_refused(api, task):
    path = f"/tasks/{task.pk}/cases/import"

    assert api.upload(path).status_code == 422
    assert api.upload(path, file=[named("a.csv", b"x"), named("b.csv", b"x")]).status_code == 422
    assert api.upload(path, files=named("a.csv", b"x")).json()["errors"][0]["field"] == "files"
    assert api.post(path, {"cases": []}).status_code == 415


def test_outsiders_find_nothing_and_viewers_may_not(api, ada, bob, bob_api, analysed):
    file = named("new.json", json.dumps([{"title": "x"}]))

    assert bring(bob_api, analysed, file).status_code == 404
    share_task(analysed, ada, bob, "view")
    file.seek(0)
    assert bring(bob_api, analysed, file).status_code == 403
    assert bring(ApiClient(ada, scopes=("read",)), analysed, file).status_code == 403
    assert not Case.objects.exists()


def test_one_who_may_edit_imports_too_and_both_hear_of_it(api, ada, bob, bob_api, analysed):
    share_task(analysed, ada, bob, "edit")

    assert bring(bob_api, analysed, named("new.json", json.dumps([{"title": "x"}]))).status_code == 201
    for user in (ada, bob):
        assert Event.objects.filter(user=user, frame__contains='"type":"case.created"').count() == 1


def test_an_import_of_many_unchanged_cases_costs_few_queries(
    api, ada, analysed, django_assert_max_num_queries
):
    for number in range(40):
        add_case(analysed, ada, {"title": f"Case {number}", "requirements": ["R1", "R2"]})
    file = exported(analysed, "csv")

    with django_assert_max_num_queries(30):
        assert bring(api, analysed, file).json()["unchanged"] == 40


def test_export_and_import_of_an_empty_task_is_nothing(api, task):
    file = named("cases.xlsx", export(task, "xlsx").content)

    assert bring(api, task, file).json() == {"created": 0, "updated": 0, "unchanged": 0, "problems": []}
