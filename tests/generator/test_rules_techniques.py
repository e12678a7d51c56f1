"""Each technique, by sentences that call for it, in both languages."""

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for


def cases(text, language="en", **item):
    return cases_for(Item("R1", text, item.pop("quote", text), **item), language, Options(detail="thorough"))


def titles(text, language="en", **item):
    return [case.title for case in cases(text, language, **item)]


def having(found, *words):
    return [case for case in found if all(word.lower() in case.title.lower() for word in words)]


def test_a_required_field_is_tried_empty_blank_and_filled_in():
    empty, filled = cases("The name is required")[:2]

    assert (empty.polarity, filled.polarity) == ("negative", "positive")
    assert '"" (empty)' in empty.data
    assert '"   "' in empty.data


def test_an_optional_field_is_tried_with_and_without():
    found = cases("The teacher can create courses, adding an image if desired")

    assert having(found, "Without image")
    assert having(found, "With image", "cover.png")


def test_each_required_field_of_a_list_has_its_own_case_and_the_message_is_literal():
    found = titles("登录时账号和密码不能为空，失败时提示“用户名或密码有误”", "zh-hans")

    assert any("密码为空" in title for title in found)
    assert any("“用户名或密码有误”" in title for title in found)


def test_a_quoted_message_is_expected_word_for_word():
    found = cases('If nothing fits, the search shows "Nothing found"')

    assert any("“Nothing found”" in step.expected for case in found for step in case.steps)


@pytest.mark.parametrize("kind", ["txt", "xlsx", "docx", "pdf"])
def test_each_allowed_kind_of_file_is_tried_and_another_is_refused(kind):
    found = cases("The teacher can add students using a file (txt, excel, Word, PDF…)")

    assert having(found, f"list.{kind}")
    assert having(found, "setup.exe", "turned away")


@pytest.mark.parametrize("field", ["username", "email", "password", "profile image"])
def test_each_listed_field_is_changed_on_its_own(field):
    found = cases("The users can modify their profiles: username, email, password, and profile image.")

    assert having(found, f"{field} changed to")


def test_only_the_named_role_succeeds():
    found = cases("Only administrators can delete courses")

    assert having(found, "With the role administrator")[0].polarity == "positive"
    assert having(found, "without the role administrator")[0].polarity == "negative"


def test_who_is_kept_out_is_refused_by_page_and_by_request():
    (refused, *_) = [
        case for case in cases("未登录用户不得访问个人中心", "zh-hans") if case.polarity == "negative"
    ]

    assert (refused.priority, refused.type) == ("P0", "security")
    assert "401" in refused.steps[1].expected


def test_a_condition_is_tried_both_ways():
    found = cases("The student can add comments to the forum if it is enabled for the course")

    decided = [
        case.polarity for case in found if case.technique == "decision-table" and "setting" in case.title
    ]
    assert decided == ["positive", "negative"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("An order moves from pending to paid", "en"), ("订单状态由待支付变为已支付", "zh-hans")],
)
def test_a_change_of_state_is_tried_and_tried_again_where_it_no_longer_fits(text, language):
    polarities = [case.polarity for case in cases(text, language) if case.technique == "state-transition"]

    assert polarities == ["positive", "negative"]


def test_an_order_is_shown_with_three_concrete_rows():
    (title,) = [title for title in titles("用户可以按价格从高到低排序商品", "zh-hans") if "录入" in title]

    assert "30、100、9" in title
    assert "100、30、9" in title


@pytest.mark.parametrize("version", ["7.0.11", "7.0.12", "7.0.13"])
def test_a_least_version_is_tried_below_at_and_above(version):
    (case,) = having(cases("可在微信7.0.12及以上版本上正常运行", "zh-hans"), version)

    assert case.type == "compatibility"


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("The page answers within 3 seconds for 500 concurrent users", "en", "performance"),
        ("对用户的账户信息的存储和验证需要进行加密", "zh-hans", "security"),
        ("页面界面简洁明了", "zh-hans", "usability"),
        ("The site is compatible with common browsers", "en", "compatibility"),
    ],
)
def test_statements_of_quality_become_cases_of_their_type(text, language, kind):
    assert {case.type for case in cases(text, language, kind="quality")} == {kind}


def test_what_is_rejected_above_its_limit_is_accepted_at_it():
    found = cases("Files larger than 25 MB are rejected")

    assert [having(found, f"{size} MB")[0].polarity for size in (24, 25, 26)] == [
        "positive",
        "positive",
        "negative",
    ]


def test_a_clause_is_tested_for_itself_not_for_the_sentence_it_hangs_on():
    text = "The teacher can create a new class within a course and provide a date and time"

    assert all("date" in title or "role" in title for title in titles(text, quote="a date and time,"))


def test_a_sentence_that_no_rule_knows_still_gets_a_path_and_an_interruption():
    path, cut, *_ = cases("The gardener waters the ferns")

    assert (path.polarity, cut.polarity) == ("positive", "negative")


def test_an_interface_item_gets_interface_cases():
    assert "interface" in {case.type for case in cases("The list shows all courses", kind="interface")}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The code must have 8 characters", "en"),
        ("A code consists of 8 characters", "en"),
        ("编号长度为8个字符", "zh-hans"),
    ],
)
def test_a_length_that_is_named_alone_allows_no_other(text, language):
    tried = [case.polarity for case in cases(text, language) if case.technique == "boundary"]

    assert tried == ["negative", "positive", "negative"]
