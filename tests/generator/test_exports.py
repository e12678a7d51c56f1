import csv
import io
import json
import re
import zipfile
from html import unescape

import pytest
from django.utils import translation
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from generator.editing import add_case, update_case
from generator.exports import FORMATS, export
from generator.exports.contents import formula_safe
from generator.exports.xlsx_file import UNCOVERED_FILL
from generator.models import Case, Task

STEPS = [
    {"action": "Enter a wrong password", "expected": ""},
    {"action": "Try | again", "expected": "Locked"},
]

RED = UNCOVERED_FILL.fgColor.rgb


@pytest.fixture
def filled(analysed, ada):
    """Two cases that count, one of them dangerous to a spreadsheet, and one that is obsolete."""
    add_case(analysed, ada, {"title": "=HYPERLINK(1)", "requirements": ["R1"], "steps": STEPS, "data": "-5"})
    add_case(analysed, ada, {"title": "邮件 mail", "requirements": ["R2"], "review": "accepted"})
    gone = add_case(analysed, ada, {"title": "Gone"})
    Case.objects.filter(pk=gone.pk).update(obsolete=True)
    return analysed


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_json_holds_the_apis_own_payloads(api, filled):
    response = api.get(f"/tasks/{filled.pk}/export?format=json")

    whole = json.loads(response.content)
    assert set(whole) == {"$schema", "task", "documents", "items", "cases"}
    assert whole["cases"] == api.get(f"/tasks/{filled.pk}/cases").json()["items"][:2]
    assert whole["task"]["id"] == str(filled.pk)
    assert whole["items"][0]["cases"] == ["TC-001"]
    assert "邮件" in response.content.decode()


def test_csv_has_one_row_a_case_and_numbered_steps(filled):
    content = export(filled, "csv").content

    headings, first, second = rows_of(content)
    row = dict(zip(headings, first, strict=True))
    assert content.startswith(b"\xef\xbb\xbf")
    assert row["Key"] == "TC-001"
    assert row["Steps"] == "1. Enter a wrong password\n2. Try | again"
    assert row["Expected results"] == "2. Locked"
    assert second[headings.index("Title")] == "邮件 mail"


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠﹦", "\ufeff=", "\u200b -"])
def test_no_cell_is_taken_for_a_formula(filled, ada, start):
    update_case(filled, ada, 1, 1, {"title": f"{start}1+1"})

    headings, first, _second = rows_of(export(filled, "csv").content)
    assert first[headings.index("Title")] == f"'{start}1+1"
    sheet = load_workbook(io.BytesIO(export(filled, "xlsx").content))["Cases"]
    assert (sheet["C2"].value, sheet["C2"].data_type) == (f"{start}1+1", "s")


def test_a_workbook_has_cases_and_coverage_ready_to_filter(filled, ada):
    update_case(filled, ada, 1, 1, {"title": "Bell \x07"})

    book = load_workbook(io.BytesIO(export(filled, "xlsx").content))
    cases, coverage = book["Cases"], book["Coverage"]
    assert cases["C2"].value.strip() == "Bell"
    assert cases.max_row == 3
    assert cases.freeze_panes == "A2"
    assert cases.auto_filter.ref == "A1:P3"
    assert cases["J2"].alignment.wrap_text
    shown = [cell.value for cell in coverage[2]]
    assert shown == ["R1", "Lock the account.", "Lock the account", "rule", "TC-001", "●", None]


def test_markdown_keeps_its_tables_whole(filled):
    text = export(filled, "md").content.decode()

    assert "# Passwords" in text
    assert "## Locking" in text
    assert "| 2 | Try \\| again | Locked |" in text
    assert "Gone" not in text


LIKE_MARKDOWN = [
    "1. no list",
    "- no list",
    "+ no list",
    "2) no list",
    "~~kept~~",
    "&lt;b&gt; &amp;",
    "---",
    "-5",
]


def test_what_looks_like_markdown_is_shown_as_it_is(analysed, ada):
    add_case(analysed, ada, {"title": "&lt; ~~x~~", "preconditions": LIKE_MARKDOWN})

    html = MarkdownIt("gfm-like", {"linkify": False}).render(export(analysed, "md").content.decode())

    shown = [unescape(words) for words in re.findall("<li>(.*)</li>", html)]
    assert shown[-len(LIKE_MARKDOWN) :] == LIKE_MARKDOWN
    assert "TC-001 &amp;lt; ~~x~~</h3>" in html


@pytest.mark.parametrize("format", FORMATS)
def test_only_accepted_cases_on_request(filled, format):
    content = export(filled, format, "accepted").content

    if format == "xlsx":
        sheet = load_workbook(io.BytesIO(content))["Cases"]
        content = " ".join(str(cell.value) for row in sheet for cell in row).encode()
    if format == "xmind":
        content = zipfile.ZipFile(io.BytesIO(content)).read("content.json")
    assert b"TC-002" in content
    assert b"HYPERLINK" not in content


@pytest.mark.parametrize("format", FORMATS)
def test_a_task_without_cases_is_a_file_too(task, format):
    assert export(task, format).content


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_costs_few_queries(filled, format, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        export(filled, format)


def test_headings_are_in_the_readers_language(filled):
    with translation.override("zh-hans"):
        assert export(filled, "csv").content


def test_a_chinese_title_names_the_file(api, filled):
    Task.objects.filter(pk=filled.pk).update(title='登录/锁定: "密码"')

    response = api.get(f"/tasks/{filled.pk}/export?format=xlsx")

    assert response["Content-Type"] == FORMATS["xlsx"].media_type
    assert "filename*=utf-8''%E7%99%BB%E5%BD%95%20%E9%94%81%E5%AE%9A" in response["Content-Disposition"]
    assert response["Content-Disposition"].endswith(".xlsx")


def test_exports_of_one_kind_of_file_have_names_of_their_own(api, filled):
    said = [api.get(f"/tasks/{filled.pk}/export?format={name}")["Content-Disposition"] for name in FORMATS]

    assert len(set(said)) == len(FORMATS)
    assert 'attachment; filename="Passwords.zentao.csv"' in said


def test_the_json_fits_its_published_schema_that_anybody_may_fetch(api, client, filled, settings):
    settings.PUBLIC_URL = "https://cases.example"
    whole = json.loads(export(filled, "json").content)

    assert whole["$schema"] == "https://cases.example/api/v1/export.schema.json"
    answer = client.get("/api/v1/export.schema.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer.json()["$id"] == whole["$schema"]
    validator = Draft202012Validator(answer.json())
    validator.validate(whole)
    assert not validator.is_valid({**whole, "cases": [{"key": "TC-001"}]})


def test_uncovered_items_are_red_and_questions_have_a_sheet(filled):
    question = {"text": "How long is it locked?", "span": {"document": 0, "start": 0, "end": 4}}
    Task.objects.filter(pk=filled.pk).update(questions=[question, {"text": "By whom?", "span": None}])
    filled.refresh_from_db()

    book = load_workbook(io.BytesIO(export(filled, "xlsx").content))

    red = {row[0].value for row in book["Coverage"].iter_rows(min_row=2) if row[0].fill.fgColor.rgb == RED}
    assert red == {"R3"}
    rows = [tuple(cell.value for cell in row) for row in book["Questions"].iter_rows(min_row=2)]
    assert rows == [("How long is it locked?", "requirement.txt"), ("By whom?", None)]


def test_further_lines_of_a_step_are_indented_under_its_number(filled, ada):
    steps = [
        {"action": "Send\n2. is no number here", "expected": "Sent"},
        {"action": "Wait", "expected": "x"},
    ]
    update_case(filled, ada, 1, 1, {"steps": steps})

    headings, first, _second = rows_of(export(filled, "csv").content)
    assert first[headings.index("Steps")] == "1. Send\n   2. is no number here\n2. Wait"


@pytest.mark.parametrize(
    ("query", "field"), [("format=docx", "format"), ("", "format"), ("format=csv&review=x", "review")]
)
def test_an_unknown_format_is_refused_with_those_that_there_are(api, task, query, field):
    response = api.get(f"/tasks/{task.pk}/export?{query}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    if query == "format=docx":
        assert "xlsx" in response.json()["detail"]


@pytest.mark.parametrize("start", ["", " ", "\n", "\t", "\u3000", "\u200b"])
def test_blanks_do_not_hide_a_formula(start):
    assert formula_safe(f"{start}=1+1") == f"'{start}=1+1"
    assert formula_safe(" a = b") == " a = b"
