"""Tables and maps of other tools, and of people who never saw an export."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from generator.editing import add_case
from generator.exports.contents import numbered
from generator.imports.cells import entries, steps
from generator.models import Case
from generator.payloads import case_payload
from tests.generator.files_of_cases import bring, csv_of, map_of, named, outcome, saved, workbook


def made(task):
    return [case_payload(case) for case in task.cases.order_by("number").with_relations()]


def steps_of(case):
    return [(step["action"], step["expected"]) for step in case["steps"]]


ENGLISH = [
    ["Test cases of the login"],
    [],
    [
        "ID",
        "Module",
        "Test Case Title *",
        "Pre-conditions",
        "Test Steps",
        "Expected Result",
        "Priority",
        "Type",
    ],
    ["L-1", "Locking", "Sixth try", "Ada exists", "1) Open\n2) Try", "1) Shown\n2) Refused", "High", "API"],
    ["L-2", None, "Seventh", None, "Open\nTry", "Refused", "Low", "Security testing"],
]
CHINESE = {
    "用例编号": "7",
    "所属模块": "",
    "用例标题": "第六次登录被锁定",
    "前置条件": "用户已注册",
    "步骤": "1、打开登录页\n2、输入错误密码",
    "预期": "1、显示登录页\n2、提示已锁定",
    "关键词": "登录，冒烟",
    "优先级": "1",
    "用例类型": "功能测试",
    "适用阶段": "功能测试阶段",
}


def test_an_english_workbook_with_other_headings_comes_in(api, analysed):
    assert outcome(bring(api, analysed, workbook(*ENGLISH, sheet="Login"))) == (2, 0, 0, [])

    first, second = made(analysed)
    assert (first["key"], first["section"], first["type"]) == ("TC-001", "Locking", "interface")
    assert first["preconditions"] == ["Ada exists"]
    assert steps_of(first) == [("Open", "Shown"), ("Try", "Refused")]
    assert [case["priority"] for case in (first, second)] == ["P1", "P3"]
    assert second["type"] == "security"
    assert steps_of(second) == [("Open", ""), ("Try", "Refused")]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8-sig", ";")]
)
def test_a_chinese_csv_comes_in_whatever_its_encoding(api, analysed, encoding, delimiter):
    file = named("用例.csv", csv_of([list(CHINESE), list(CHINESE.values())], encoding, delimiter))

    assert outcome(bring(api, analysed, file)) == (1, 0, 0, [])

    (case,) = made(analysed)
    assert (case["title"], case["priority"], case["tags"]) == ("第六次登录被锁定", "P0", ["登录", "冒烟"])
    assert steps_of(case) == [("打开登录页", "显示登录页"), ("输入错误密码", "提示已锁定")]
    assert case["preconditions"] == ["用户已注册"]


def test_commas_in_the_text_do_not_hide_the_semicolon(api, analysed):
    rows = "Title;Steps;Expected\nLock, tell, log;1. try, try, try;1. a, b, c\nMail, again;1. x;1. y, z\n"

    assert outcome(bring(api, analysed, named("a.csv", rows))) == (2, 0, 0, [])
    assert [case["title"] for case in made(analysed)] == ["Lock, tell, log", "Mail, again"]


TESTRAIL = [
    [
        "ID",
        "Title",
        "Expected Result",
        "Steps",
        "Steps (Additional Info)",
        "Steps (Expected Result)",
        "Steps (Step)",
    ],
    ["C1", "In one field", "1. Shown\n2. Refused", "1. Open\n2. Try", "", "", ""],
    ["C2", "In one field, too", "", "", "no step", "1. Shown\n2. Refused", "1. Open\n2. Try"],
    ["C3", "In rows", "", "", "no step", "Shown", "Open"],
    ["", "", "", "", "no step", "Refused", "Try"],
]


def test_the_steps_that_testrail_keeps_apart_come_in(api, analysed):
    assert outcome(bring(api, analysed, named("a.csv", csv_of(TESTRAIL)))) == (3, 0, 0, [])
    assert [steps_of(case) for case in made(analysed)] == [[("Open", "Shown"), ("Try", "Refused")]] * 3


@pytest.mark.parametrize("module", ["/Locking(#12)", "/Locking", "Locking"])
def test_a_module_of_zentao_is_the_section_of_its_name(api, analysed, module):
    file = named("a.csv", csv_of([["所属模块", "用例标题"], [module, "锁定"]]))

    assert outcome(bring(api, analysed, file)) == (1, 0, 0, [])
    assert made(analysed)[0]["section"] == "Locking"


def test_another_tools_number_does_not_overwrite_the_case_that_has_it_here(api, analysed, ada):
    case = add_case(analysed, ada, {"title": "Ours", "steps": [{"action": "Try", "expected": "Refused"}]})
    file = csv_of([["用例编号", "用例标题", "步骤", "需求"], ["TC-001", "别人的", "1. 打开", "R1"]])

    created, updated, _same, (problem, *_more) = outcome(bring(api, analysed, named("a.csv", file)))

    assert (created, updated) == (1, 0)
    assert "other cases here" in problem
    assert [made(analysed)[0], made(analysed)[1]["requirements"]] == [case_payload(case), []]
    assert outcome(bring(api, analysed, named("a.csv", file)))[:3] == (0, 0, 1)


def test_a_table_with_a_row_a_step_is_joined(api, analysed):
    file = workbook(
        ["Title", "Step", "Expected"],
        ["First", "Open", "Shown"],
        [None, "Try", None],
        [None, "Wait", "Locked"],
        ["Second", "Open", "Shown"],
    )

    assert outcome(bring(api, analysed, file)) == (2, 0, 0, [])
    assert steps_of(made(analysed)[0]) == [("Open", "Shown"), ("Try", ""), ("Wait", "Locked")]


def test_every_sheet_with_cases_comes_in(api, analysed):
    book = Workbook()
    for name, title in [("Notes", "Author"), ("Login", "Title"), ("支付", "用例标题")]:
        sheet = book.create_sheet(name)
        sheet.append([title, "No."])
        sheet.append([name, 1])

    assert outcome(bring(api, analysed, named("t.xlsx", saved(book)))) == (2, 0, 0, [])
    assert [case["title"] for case in made(analysed)] == ["Login", "支付"]


def test_numbers_and_dates_are_the_text_that_is_seen(api, analysed):
    bring(api, analysed, workbook(["Title", "Data"], ["A", 5], ["B", 2.5], ["C", datetime.date(2026, 1, 31)]))

    assert [case["data"] for case in made(analysed)] == ["5", "2.5", "2026-01-31"]


def test_what_is_not_known_is_said_once_and_the_case_comes_in(api, analysed):
    file = workbook(
        ["Title", "Module", "Type", "References"],
        ["A", "Nowhere", "Smoke", "R1, JIRA-7"],
        ["B", "Nowhere", "Smoke", "R9"],
    )

    created, _updated, _unchanged, problems = outcome(bring(api, analysed, file))

    assert created == 2
    assert problems == [
        "“Cases”, row 2: “Smoke” is not known in the column “Type”.",
        "“Cases”, row 2: “JIRA-7” is no key of a requirement item, like R3.",
        "“Cases”, row 2: The task has no section “Nowhere”.",
        "“Cases”, row 3: The task has no requirement item R9.",
    ]
    assert [case["requirements"] for case in made(analysed)] == [["R1"], []]


def test_columns_that_a_table_lacks_stay_as_they_are(api, analysed, ada):
    case = add_case(analysed, ada, {"title": "Old", "priority": "P0", "data": "abc", "requirements": ["R1"]})

    assert outcome(bring(api, analysed, workbook(["Key", "Title"], ["TC-001", "New"]))) == (0, 1, 0, [])
    assert made(analysed) == [{**case_payload(case), "title": "New", "rev": 2, "edited": True}]


def topic(title, *children, **facts):
    return {"id": title, "title": title, "children": {"attached": list(children)}, **facts}


def test_a_map_as_xmind2testcase_wants_it_comes_in(api, analysed):
    marked = {"markers": [{"markerId": "priority-1"}], "notes": {"plain": {"content": "用户已注册\n已登录"}}}
    case = topic("第六次", topic("输入错误密码", topic("提示已锁定")), topic("等待"), **marked)
    root = topic(
        "产品",
        topic("Locking", topic("登录", case), topic("!ignored")),
        topic("Telling", topic("Just a title")),
    )

    file = named("map.xmind", map_of([{"id": "s", "title": "画布", "rootTopic": root}]))

    assert outcome(bring(api, analysed, file)) == (2, 0, 0, [])
    first, second = made(analysed)
    assert (first["title"], first["section"], first["priority"]) == ("登录 第六次", "Locking", "P0")
    assert first["preconditions"] == ["用户已注册", "已登录"]
    assert steps_of(first) == [("输入错误密码", "提示已锁定"), ("等待", "")]
    assert (second["title"], second["section"]) == ("Just a title", "Telling")


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("1. a\n2. b", {1: "a", 2: "b"}),
        ("1、a\n2、b", {1: "a", 2: "b"}),
        ("(1) a\n(2) b", {1: "a", 2: "b"}),
        ("Step 1: a\nStep 2: b", {1: "a", 2: "b"}),
        ("步骤1：a\n步骤2：b", {1: "a", 2: "b"}),
        ("2. b", {2: "b"}),
        ("a\n\nb", {1: "a", 2: "b"}),
        ("2.5 kg is weighed\n3.5 kg is weighed", {1: "2.5 kg is weighed", 2: "3.5 kg is weighed"}),
        ("1. a\n   1. within\n2. b", {1: "a\n1. within", 2: "b"}),
        ("1. a\n\n   b\n2. c", {1: "a\n\nb", 2: "c"}),
        ("1. a\nand more\n2. b", {1: "a\nand more", 2: "b"}),
        ("", {}),
        ("  \n ", {}),
    ],
)
def test_the_texts_of_a_cell(cell, texts):
    assert entries(cell) == texts


LINES = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])).map(str.strip).filter(bool)


@given(st.lists(LINES, min_size=1, max_size=12))
def test_what_an_export_numbers_comes_back_as_it_was(texts):
    assert list(entries(numbered(texts)).values()) == texts


@pytest.mark.parametrize(
    ("actions", "expected", "found"),
    [
        ("1. a\n2. b", "2. y", [("a", ""), ("b", "y")]),
        ("a\nb", "x\ny", [("a", "x"), ("b", "y")]),
        ("a\nb", "only one", [("a", ""), ("b", "only one")]),
        ("a", "x\ny", [("a", "x\ny")]),
        ("1. a", "1. x\n2. y", [("a", "x\ny")]),
        ("", "Locked", [("The title", "Locked")]),
        ("", "", []),
    ],
)
def test_results_find_their_steps(actions, expected, found):
    assert [(step["action"], step["expected"]) for step in steps(actions, expected, "The title")] == found


def test_sources_stay_those_of_whom_they_came(api, analysed):
    bring(api, analysed, workbook(["Title", "Tags"], ["A", "x"]))

    assert Case.objects.get().source == "person"
