"""What the extractor takes for a testable statement, and how it reads alone."""

from __future__ import annotations

import pytest

from generator.drafts import ItemDraft
from generator.pipeline.statements import extract, language_of

CLAUSES = """\
(1)\tAll guests can see the menu.
(2)\tThe cook can add a dish and provide: (2.1) a name, (2.2) a price (in EUR), and (2.3) attach a photo.
(3) The waiter should be able to serve tables. Specifically, she can: (3.1) open a bill, (3.2) split bills.
Bills are numbered.
"""


def items(text: str) -> list[ItemDraft]:
    return [item for section in extract(text) for item in section.items]


def quotes(text: str) -> list[str]:
    return [item.quote for item in items(text)]


def test_each_clause_of_a_sentence_is_a_statement_with_its_own_number():
    assert [item.label for item in items(CLAUSES)] == ["1", "2.1", "2.2", "2.3", "3.1", "3.2", "3"]
    assert quotes(CLAUSES)[1:4] == ["a name", "a price (in EUR)", "attach a photo"]


def test_a_clause_reads_alone_with_the_sentence_that_it_hangs_on():
    texts = [item.text for item in items(CLAUSES)]

    assert texts[1] == "The cook can add a dish and provide a name"
    assert texts[4] == "The waiter should be able to serve tables. Specifically, she can open a bill"
    assert texts[6] == "Bills are numbered."


def test_chinese_clauses_carry_their_lead_in():
    found = items("系统应支持以下题型：（1）单选题；（2）多选题；（3）判断题。")

    assert [item.quote for item in found] == ["单选题", "多选题", "判断题"]
    assert found[0].text == "系统应支持以下题型：单选题"


def test_a_list_hangs_on_the_line_that_announces_it():
    found = items(
        "The user can:\n- change the name\n- upload a photo:\n"
        "  - PNG\n  - JPEG\n\nAdmins:\n- Can delete users."
    )

    assert [item.text for item in found] == [
        "The user can change the name",
        "The user can upload a photo: PNG",
        "The user can upload a photo: JPEG",
        "Admins can delete users.",
    ]


def test_a_group_name_is_no_statement_but_its_entries_carry_it():
    found = items("## 运行环境要求\n\n+ 手机\n1. 装有最新系统。\n2. 能联网。\n\n+ 服务器\n1. 至少4G内存。\n")

    assert [item.text for item in found] == ["手机：装有最新系统。", "手机：能联网。", "服务器：至少4G内存。"]


@pytest.mark.parametrize(
    "text",
    [
        "Lock the account for 15 minutes after 5 wrong passwords",
        "密码错误5次后锁定账号15分钟",
        "Login",
        "# 登录",
        "???",
        "| a | b |",
        "```\ncode\n```",
        "## Background\n\nWe sell shoes.",
    ],
)
def test_any_text_gives_a_statement(text):
    assert len(items(text)) == 1


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff\n\u3000"])
def test_a_blank_text_gives_none(text):
    assert extract(text) == ()


def test_abbreviations_decimals_versions_and_addresses_end_no_sentence():
    sentence = (
        "The page must load within 3.5 s in Chrome 7.0.12, e.g. on phones "
        "(see https://example.org/a. for details)."
    )

    assert quotes(f"{sentence} The shop closes at 6 p.m. The app must say so.") == [
        sentence,
        "The shop closes at 6 p.m.",
        "The app must say so.",
    ]


def test_a_quoted_message_ends_no_sentence():
    assert quotes("登录失败时，提示“密码错误。请重试！”并清空密码框。用户可以重试3次。") == [
        "登录失败时，提示“密码错误。请重试！”并清空密码框。",
        "用户可以重试3次。",
    ]


def test_sentences_of_a_paragraph_are_statements_and_explanations_are_not():
    text = (
        "The order is confirmed by e-mail. Many customers forget what they ordered. "
        "An order can be cancelled within\n30 minutes. Because of the warehouse, this was hard in the past."
    )

    assert quotes(text) == [
        "The order is confirmed by e-mail.",
        "An order can be cancelled within\n30 minutes.",
    ]


def test_lines_without_bullets_are_statements_of_their_own():
    assert len(items("Users can register\nUsers can log in\nThe admin can block a user")) == 3
    assert len(items("用户可以注册\n用户可以登录\n管理员可以封禁用户")) == 3


@pytest.mark.parametrize(
    "heading",
    [
        "Purpose",
        "1.2 Project background",
        "References",
        "Out of scope",
        "Glossary",
        "1.1 目的",
        "项目背景",
        "参考资料",
        "一、引言",
    ],
)
def test_text_under_an_informative_heading_demands_nothing(heading):
    text = f"# Product\n\n## {heading}\n\nThe system must be fast.\n\n## Export\n\nUsers can export CSV.\n"

    assert quotes(text) == ["Users can export CSV."]


@pytest.mark.parametrize(
    "heading", ["Background jobs", "Team management", "Reference data", "背景图片设置", "目的地管理"]
)
def test_a_feature_that_only_sounds_informative_still_counts(heading):
    text = f"# Product\n\n## {heading}\n\nThe system must be fast.\n\n## Export\n\nUsers can export CSV."

    assert len(items(text)) == 2


def test_an_overview_counts_only_where_it_binds():
    overview = "## 概述\n\n用户可以借书。账户信息必须加密。我们可能需要云服务器。\n\n"
    text = f"# Product\n\n{overview}## 借书\n\n用户可以借5本书。\n"

    assert quotes(text) == ["账户信息必须加密。", "用户可以借5本书。"]


def test_a_bare_name_counts_only_while_no_heading_elaborates_it():
    listed = "# 功能列表\n\n+ 3.1 账号登录\n+ 3.2 分类书籍 ---- （计算机等类型）\n"
    elaborated = "\n# 功能描述\n\n## 4.1 账号登录\n\n用户通过学号登录。\n\n## 4.2 分类书籍\n\n按属性分类。\n"

    assert quotes(listed) == ["账号登录", "分类书籍 ---- （计算机等类型）"]
    assert quotes(listed + elaborated) == ["用户通过学号登录。", "按属性分类。"]


def test_captions_images_questions_and_notes_are_no_statements():
    text = "## 界面\n\n+ 登录界面\n\n![](a.png)\n\n用户可以登录。\n\n是否支持微信？\n\nNote: see SAP.\n"

    assert quotes(text) == ["用户可以登录。"]


def test_the_language_is_the_one_that_carries_the_text():
    assert language_of("用户点击 Submit 按钮后返回首页") == "zh-hans"
    assert language_of("The button is labelled 提交 in the Chinese edition") == "en"
    assert language_of("") == "en"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The system shall lock the account after 5 wrong passwords.", "rule"),
        ("As a student, I want to borrow books, so that I can learn.", "flow"),
        ("The user name has 3 to 20 characters.", "data"),
        ("GET /api/books returns 404 for an unknown id.", "interface"),
        ("The search must answer within 2 seconds.", "quality"),
        ("密码长度为8到20个字符", "data"),
        ("页面响应时间不超过2秒", "quality"),
        ("作为读者，我希望预约座位，以便自习。", "flow"),
    ],
)
def test_a_statement_has_a_kind(text, kind):
    assert items(text)[0].kind == kind
