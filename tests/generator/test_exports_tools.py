"""TestLink, TestRail and ZenTao: each file as its program's importer takes it."""

import csv
import html
import io
from xml.etree import ElementTree

import pytest

from core.text import UNFIT
from generator.editing import add_case
from generator.exports import export
from generator.payloads import case_payload
from tests.generator.hostile import write_hostile_case


@pytest.fixture
def hostile(analysed, ada):
    return case_payload(write_hostile_case(analysed, ada))


def suite_of(task):
    return ElementTree.fromstring(export(task, "testlink").content)


def rows_of(task, format):
    text = export(task, format).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_text(markup):
    """What TestLink's editor shows of its HTML."""
    return html.unescape(markup.replace("<br/>", "\n"))


def test_testlink_gets_a_suite_a_section_and_whole_steps(analysed, hostile):
    suite = suite_of(analysed)

    (locking,) = suite.findall("testsuite")
    (case,) = locking.findall("testcase")
    assert (suite.tag, suite.get("name"), locking.get("name")) == ("testsuite", "Passwords", "Locking")
    assert case.get("name") == f"TC-001 {hostile['title']}"
    assert case.findtext("importance") == "3"
    steps = [
        (as_text(step.findtext("actions")), as_text(step.findtext("expectedresults")))
        for step in case.findall("steps/step")
    ]
    assert steps == [
        (UNFIT.sub("", step["action"]), UNFIT.sub("", step["expected"])) for step in hostile["steps"]
    ]
    assert [step.findtext("step_number") for step in case.findall("steps/step")][:3] == ["1", "2", "3"]


def test_testlink_gets_requirements_keywords_and_preconditions(analysed, hostile):
    case = suite_of(analysed).find("testsuite/testcase")

    found = [
        (one.findtext("doc_id"), one.findtext("title")) for one in case.findall("requirements/requirement")
    ]
    assert found == [("R1", "Lock the account."), ("R3", "Show an error.")]
    keywords = [keyword.get("name") for keyword in case.findall("keywords/keyword")]
    assert keywords == ["P0", "functional", "boundary", "negative", "smoke test", "a@b", "回归", "R2-D2"]
    listed = ElementTree.fromstring(case.findtext("preconditions"))
    assert [item.text for item in listed] == ["Ada is signed in", "# 已登录", "@ready"]


def test_testlink_gets_cases_of_no_section_in_the_suite_itself(analysed, ada):
    add_case(analysed, ada, {"title": "No section"})

    assert suite_of(analysed).find("testcase").get("name") == "TC-001 No section"


def test_testrail_gets_its_own_columns_and_choices(analysed, hostile):
    (row,) = rows_of(analysed, "testrail")

    assert list(row)[:4] == ["Title", "Section", "Template", "Type"]
    assert (row["Type"], row["Priority"], row["Section"]) == ("Functional", "Critical", "Locking")
    assert row["References"] == "R1, R3"
    assert row["Steps"].startswith("1. =HYPERLINK(1)\n2. </steps>")
    assert row["Expected Result"].startswith("1. Seen: =HYPERLINK(1)\n")
    assert row["Preconditions"].startswith("1. Ada is signed in\n   1. nowhere else\n2. # 已登录")


def test_zentao_gets_its_template_in_utf_8_without_a_bom(analysed, hostile, ada):
    add_case(analysed, ada, {"title": "接口", "type": "interface", "priority": "P3"})

    content = export(analysed, "zentao").content
    first, second = rows_of(analysed, "zentao")

    assert content.decode().startswith(
        "所属模块,用例标题,前置条件,步骤,预期,关键词,优先级,用例类型,适用阶段\r\n"
    )
    assert (first["所属模块"], first["优先级"], first["用例类型"]) == ("/Locking", "1", "功能测试")
    assert (second["所属模块"], second["优先级"], second["用例类型"]) == ("/", "4", "接口测试")
    assert first["关键词"].startswith("TC-001,R1,R3,")
    assert "测试数据：=1+1" in first["前置条件"]


def test_zentao_counts_as_many_steps_as_there_are(analysed, hostile):
    """It begins a step at each line that starts with a number, once it has trimmed the line."""
    (row,) = rows_of(analysed, "zentao")

    for column in ("步骤", "预期"):
        numbers = [line.strip().split(".")[0] for line in row[column].split("\n")]
        numbers = [number for number in numbers if number.isdigit()]
        assert numbers == [str(number) for number in range(1, len(hostile["steps"]) + 1)]


@pytest.mark.parametrize(("format", "column"), [("testrail", "Title"), ("zentao", "用例标题")])
def test_a_title_like_a_formula_stands_behind_its_key(analysed, ada, format, column):
    add_case(analysed, ada, {"title": "=1+1"})
    add_case(analysed, ada, {"title": "1+1"})

    assert [row[column] for row in rows_of(analysed, format)] == ["TC-001 =1+1", "1+1"]
