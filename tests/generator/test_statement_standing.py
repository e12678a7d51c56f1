"""What stands in a requirement and demands nothing, and what demands although it looks otherwise."""

import pytest

from generator.pipeline.statements import extract


def quotes(text):
    return [item.quote for section in extract(text) for item in section.items]


REAL = "The clerk must sign in."


@pytest.mark.parametrize(
    "aside",
    [
        "Last discussed on 4 September; minutes are in the wiki.",
        "The interface to payroll is described in FIN-31.",
        'The words "shall" and "may" are to be read as in RFC 2119.',
        "(Tickets can be returned until 14 days before the concert, see BR-5.)",
        "Annex B (informative): rates are taken from the bank.",
        "Scenarios agreed in workshop 2.",
    ],
)
def test_a_word_about_the_document_is_no_statement(aside):
    assert quotes(f"# Rules\n\n{REAL}\n\n{aside}\n") == [REAL]


@pytest.mark.parametrize("title", ["Not in this release", "Who is who", "Out of scope / 不包括"])
def test_what_is_left_out_or_only_named_states_nothing(title):
    assert quotes(f"# Rules\n\n{REAL}\n\n## {title}\n\n- Payment at the locker\n") == [REAL]


@pytest.mark.parametrize(
    "demand",
    [
        "会员累计消费满2000元升级为银卡。",
        "会员等级分为：普通、银卡、金卡。",
        '打卡地点距离公司不得超过500米，否则提示"不在打卡范围内"。',
        "The date shall not be more than 90 days in the past.",
    ],
)
def test_these_demand_something(demand):
    assert quotes(f"# 规则\n\n{demand}\n")[0].rstrip("。.") == demand.rstrip("。.")


def test_a_chapter_on_approval_holds_requirements():
    text = "5 Approval\n5.1 A claim shall be approved by a manager.\n5.2 The manager shall give a reason.\n"

    assert len(quotes(text)) == 2


def test_the_description_of_a_gherkin_feature_is_not_run():
    story = "Feature: Gate\n  As a steward I want to see it\n\n"
    text = f"{story}  Scenario: Good\n    Given a ticket\n    When it is scanned\n    Then it is green\n"

    (only,) = quotes(text)
    assert only.startswith("Good")
