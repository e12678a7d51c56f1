"""Which points a reviewer may demand of any engine, and which of them are missing."""

import pytest

from generator.drafts import CaseDraft, Step
from generator.engines.rules import boundaries, missing_boundaries


def case(title="A case", data="", action="Do it", expected="It shows"):
    return CaseDraft(title=title, requirements=("R1",), steps=(Step(action, expected),), data=data)


def points(text):
    return [boundary.points for boundary in boundaries(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lock after 5 wrong passwords for 15 minutes", [("4", "5", "6"), ("14", "15", "16")]),
        ("输错五次密码后锁定三十分钟", [("4", "5", "6"), ("29", "30", "31")]),
        ("A password has between 8 and 20 characters", [("7", "8", "9"), ("19", "20", "21")]),
        ("密码长度为8-20位", [("7", "8", "9"), ("19", "20", "21")]),
        ("昵称6到12个字符", [("5", "6", "7"), ("11", "12", "13")]),
        ("Each file is no larger than 10 MB", [("9", "10", "11")]),
        ("文件不超过2MB", [("1", "2", "3")]),
        ("至少有500GB可用磁盘空间", [("499", "500", "501")]),
        ("The page shows 10 items per page", [("9", "10", "11")]),
        ("支持1万人同时在线", [("9999", "10000", "10001")]),
        ("A remark takes up to 1,000 characters", [("999", "1,000", "1,001")]),
        ("A 6-digit code is sent", [("5", "6", "7")]),
        ("The system is available 99.9% of the time", [("99.8", "99.9", "100.0")]),
        ("百分之九十五的请求成功", [("94", "95", "96")]),
        ("Orders over $99.50 ship free", [("99.49", "99.50", "99.51")]),
        ("At least one image is required", [("0", "1", "2")]),
        ("Registration ends on 31 December 2025", [("2025-12-30", "2025-12-31", "2026-01-01")]),
        ("报名截止时间为2031年3月31日", [("2031-03-30", "2031-03-31", "2031-04-01")]),
        ("Open 9:00-18:00", [("08:59", "09:00", "09:01"), ("17:59", "18:00", "18:01")]),
        ("年龄必须大于18岁", [("17", "18", "19")]),
    ],
)
def test_every_number_range_length_date_and_limit_has_its_points(text, expected):
    assert points(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "可在微信7.0.12及以上版本上正常运行",
        "Works with Android 12 and TLS 1.2",
        "See section 4.2 and ISO/IEC/IEEE 29119-4",
        "(4.1) The teacher gives a title",
        "As in requirement R12, TC-001 and GB9385-2008",
        "The study of 2024 (Augusto et al.)",
        "Call 13800138000 or write to ada7@example.com",
        "支持两种登录方式",
        "第5章描述了一些统一的要求",
        "Two ways lead there, one by one",
        "The message “at most 5 files” is shown",
    ],
)
def test_versions_references_ids_and_years_are_no_quantities(text):
    assert points(text) == []


def test_a_boundary_names_what_it_bounds_its_unit_and_the_words_that_say_so():
    (boundary,) = boundaries("The password has at least 8 characters")

    assert (boundary.quantity, boundary.unit, boundary.quote) == ("password", "characters", "8 characters")


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("The name of the product must have at most 20 characters", "name of the product"),
        ("The name of field 7 must have at most 20 characters", "name of field 7"),
        ("A product's code must have 8 characters", "product's code"),
        ("商品的名称不得超过20个字符", "商品的名称"),
        ("The length of the password must be at least 8 characters", "password"),
    ],
)
def test_a_boundary_names_whose_field_it_bounds(text, quantity):
    assert [boundary.quantity for boundary in boundaries(text)] == [quantity]


def test_fifteen_does_not_stand_for_five():
    text = "At most 5 images"

    missing = missing_boundaries(
        text, [case(title="4 images"), case(title="15 images"), case(title="6 images")]
    )

    assert [boundary.points for boundary in missing] == [("4", "5", "6")]


def test_points_may_stand_in_title_data_or_steps():
    cases = [case(title="4 images"), case(data="images: 5"), case(action="Add 6 images")]

    assert missing_boundaries("At most 5 images", cases) == []


def test_number_words_and_other_units_of_the_same_length_count_too():
    cases = [
        case(title="Fourteen minutes later"),
        case(data="900 seconds later"),
        case(expected="after 16 min"),
    ]

    assert missing_boundaries("The lock lasts for 15 minutes", cases) == []


def test_the_same_number_of_something_else_does_not_count():
    cases = [case(title="14 minutes"), case(title="15 MB"), case(title="16 minutes")]

    assert len(missing_boundaries("The lock lasts for 15 minutes", cases)) == 1


def test_a_quoted_string_of_that_length_tries_the_length():
    cases = [case(data='"1234567"'), case(data='"12345678"'), case(data='"123456789"')]

    assert missing_boundaries("The password has at least 8 characters", cases) == []


def test_a_date_counts_in_any_spelling():
    cases = [
        case(title="On 30 March 2031"),
        case(data="2031-03-31"),
        case(action="Set the clock to 2031年4月1日"),
    ]

    assert missing_boundaries("Open until 31 March 2031", cases) == []


def test_a_statement_without_numbers_lacks_nothing():
    assert missing_boundaries("The user can log in", []) == []
