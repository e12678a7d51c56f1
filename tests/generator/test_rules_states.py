"""States by name, and duties in set phrases."""

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for


def cases(text, language="en"):
    return cases_for(Item("R1", text, text), language, Options())


def titles(text, language="en"):
    return "\n".join(case.title for case in cases(text, language))


def test_what_a_state_forbids_is_refused_by_page_and_server_for_each_state():
    refused = [
        case
        for case in cases('A claim in the state "approved" or "paid" shall not be editable by anyone.')
        if case.technique == "state-transition"
    ]

    assert ["approved" in refused[0].data, "paid" in refused[1].data] == [True, True]
    assert "409" in refused[0].steps[1].expected


def test_a_named_state_is_no_message():
    told = titles('A rejected claim shall go back to the state "draft".')

    assert "reads “draft”" in told
    assert "word for word" not in told


def test_a_state_is_entered_by_what_leads_to_it_and_by_nothing_else():
    entered, untouched = cases('审批通过后，状态变为"已通过"。', "zh-hans")

    assert "“已通过”" in entered.title
    assert untouched.polarity == "negative"


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("A code can be used only once.", "en", "a second time: refused"),
        ("同一员工不得重复提交申请。", "zh-hans", "第二次操作：被拒绝"),
        ("Deleting asks for the password again.", "en", "A wrong or missing password stops it"),
        ("Codes must not be shown in full in any log.", "en", "found in full in no page"),
        ("身份证号应脱敏显示。", "zh-hans", "不出现在页面、接口、日志和导出中"),
        ("Members get a discount of 10 %.", "en", "100.00 becomes 90.00, 9.99 becomes 8.99"),
    ],
)
def test_set_phrases_have_cases_of_their_own(text, language, told):
    assert told in titles(text, language)
