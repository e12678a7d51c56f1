"""Structures that documents put statements in: tables, stories, use cases, Gherkin, outlines, APIs."""

from __future__ import annotations

from .test_statements import items, quotes


def test_a_row_of_a_table_is_a_statement_that_names_its_columns():
    found = items(
        "| No | Field | Rule |\n|---|:-:|---|\n| 1 | name | 2–50 characters |\n| 2 | mail | unique |\n"
    )

    assert [item.quote for item in found] == ["1 | name | 2–50 characters", "2 | mail | unique"]
    assert [item.label for item in found] == ["1", "2"]
    assert found[0].text == "Field: name; Rule: 2–50 characters"


def test_a_column_that_holds_the_whole_statement_is_the_statement():
    found = items("| ID | Requirement | Priority |\n|---|---|---|\n| R-7 | The app must start. | high |\n")

    assert (found[0].label, found[0].text) == ("R-7", "The app must start.")


def test_a_table_of_words_versions_or_people_states_nothing():
    words = "| Term | Meaning |\n|---|---|\n| Cart | What you must pay |\n"
    versions = "| 版本 | 日期 | 作者 |\n|---|---|---|\n| 1.0 | 2024 | 王应能 |\n"

    assert quotes(f"{words}\n{versions}\nUsers can pay.") == ["Users can pay."]


def test_a_use_case_table_gives_its_flows_and_not_who_acts_in_them():
    text = (
        "| 用例名称 | 请假 |\n|---|---|\n| 参与者 | 员工 |\n| 前置条件 | 已登录 |\n"
        "| 基本流程 | 员工提交，系统通知主管。 |\n"
    )

    assert [(item.text, item.kind) for item in items(text)] == [
        ("基本流程：员工提交，系统通知主管。", "flow")
    ]


def test_a_use_case_gives_its_steps_and_outcomes():
    text = (
        "Use case: Withdraw cash\nActor: Customer\nPreconditions:\n- The card must be valid.\n\nMain flow:\n"
        "1. The customer enters the PIN.\n2. The system pays out.\n\nAlternative flow:\n"
        "2a. No money: the system refuses.\n\nPostconditions:\n- The balance is reduced.\n"
    )

    found = items(text)

    assert [item.label for item in found] == ["1", "2", "2a", ""]
    assert [item.kind for item in found][:3] == ["flow"] * 3
    assert found[-1].quote == "The balance is reduced."


def test_a_story_is_one_statement_on_one_line_or_three():
    three = "As a customer\nI want a cart\nSo that I can buy several things"

    assert quotes(three) == [three]
    assert quotes("作为主管，我希望在手机上审批，以便出差时处理。\n\n验收标准：\n1. 3秒内通知员工") == [
        "作为主管，我希望在手机上审批，以便出差时处理。",
        "3秒内通知员工",
    ]


def test_a_gherkin_scenario_is_one_statement_with_its_examples():
    text = (
        "Feature: Cart\n\n  Background:\n    Given I am logged in\n\n"
        "  @smoke\n  Scenario: Add\n    When I add tea\n"
        "    Then I see tea\n\n  Scenario Outline: Many\n    When I order <n>\n    Then I see <m>\n\n"
        "    Examples:\n      | n | m |\n      | 1 | ok |\n"
    )

    found = items(text)

    assert [item.quote.split("\n")[0] for item in found] == ["Add", "Many"]
    assert found[0].text == "Add: When I add tea Then I see tea"
    assert found[1].quote.endswith("| 1 | ok |")


def test_chinese_gherkin_and_bullets_of_given_when_then_are_scenarios():
    chinese = "场景：重复提交\n  假如 已提交请假\n  当 再次提交\n  那么 提示“日期冲突”\n"
    bullets = "- Given an empty cart\n- When I add tea\n- Then I see tea\n- The cart is saved.\n"

    assert len(items(chinese)) == 1
    assert quotes(bullets)[1:] == ["The cart is saved."]


def test_numbered_lines_above_text_are_headings_and_numbered_sentences_are_statements():
    text = (
        "1 Introduction\n1.1 Purpose\nThis must be read.\n\n2 Requirements\n2.1 Login\n"
        "2.1.1 The system shall ask for a PIN.\n2.1.2 It shall lock the card.\n"
        "2.2 Search\nMembers can search.\n"
    )

    assert [(item.label, item.quote) for item in items(text)] == [
        ("2.1.1", "The system shall ask for a PIN."),
        ("2.1.2", "It shall lock the card."),
        ("", "Members can search."),
    ]


def test_chinese_outlines_are_headings_and_their_lists_are_statements():
    text = (
        "一、引言\n本文档必须阅读。\n\n二、需求\n（一）登录\n"
        "1、用户输入手机号登录。\n2、输错5次锁定30分钟；管理员可以解锁。\n"
        "（二）导出\n支持导出Excel。\n"
    )

    assert quotes(text) == [
        "用户输入手机号登录。",
        "输错5次锁定30分钟",
        "管理员可以解锁。",
        "支持导出Excel。",
    ]


def test_an_interface_description_gives_parameters_answers_and_limits():
    text = (
        "## POST /orders\n\nCreates an order.\n\n"
        "| Field | Type |\n|---|---|\n| sku | string, 8 characters |\n\n"
        '```json\n{"must": 1}\n```\n\nResponses:\n- `201` with the order\n- 409: sold out\n'
    )

    found = items(text)

    assert [item.kind for item in found] == ["interface", "data", "interface", "interface"]
    assert found[-1].quote == "409: sold out"


def test_identifiers_are_labels_and_names_of_standards_are_not():
    found = items(
        "UTF-8 text must be accepted.\n\n"
        "FR-12: The fine is 1 EUR.\nUS7 Users can pay.\n[R3] Users can log out."
    )

    assert [item.label for item in found] == ["", "FR-12", "US7", "R3"]


def test_bullets_without_a_space_and_odd_marks_are_bullets():
    assert quotes("-用户可以登录。\n•用户可以退出\n＊\n① 用户可以注册；\n② 用户可以注销。")[:2] == [
        "用户可以登录。",
        "用户可以退出",
    ]


def test_a_new_list_after_a_blank_line_hangs_on_nothing():
    text = (
        "The app shall:\na) start;\nb) stop; and\nc) wait.\n\n"
        "1. Files: PDF only, max. 10 MB.\n2. Users can search.\n"
    )

    assert [item.text for item in items(text)] == [
        "The app shall start",
        "The app shall stop",
        "The app shall wait.",
        "Files: PDF only, max. 10 MB.",
        "Users can search.",
    ]


def test_a_label_above_a_paragraph_names_it_and_what_only_describes_is_left_out():
    text = (
        "管理员权限：\n管理员可以禁用用户。\n\nPreconditions:\nThe user must be known.\n\nThe user can pay."
    )

    assert quotes(text) == ["管理员可以禁用用户。", "The user can pay."]


def test_a_table_of_stories_reads_as_stories():
    found = items("| ID | As a… | I want to… |\n|---|---|---|\n| N-1 | user | pay by card |\n")

    assert [(item.text, item.kind) for item in found] == [("As a user, I want to pay by card", "flow")]


def test_a_chinese_feature_only_names_its_scenarios():
    feature = "# language: zh-CN\n功能: 登录\n"
    text = f"{feature}  场景: 正确密码\n    假如 已注册用户\n    当 用户登录\n    那么 打开首页\n"

    (quote,) = quotes(text)
    assert quote.startswith("正确密码")
