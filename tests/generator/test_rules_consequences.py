"""What hangs on a number happens on the right side of it."""

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for
from generator.engines.rules.consequences import consequence_of
from generator.engines.rules.limits import limits

MONEY = "A claim over EUR 250 shall be sent to the approver."


def boundary_titles(text, language="en"):
    cases = cases_for(Item("R1", text, text), language, Options(detail="thorough"))
    return [case.title for case in cases if case.technique == "boundary"]


def test_beyond_an_amount_the_stated_consequence_sets_in_and_up_to_it_does_not():
    below, at, above = boundary_titles(MONEY)

    assert "249 EUR" in below
    assert "this does not happen: is sent to the approver" in below
    assert "this does not happen: is sent to the approver" in at
    assert above.endswith("): is sent to the approver")


@pytest.mark.parametrize(
    ("text", "relation", "effect"),
    [
        (MONEY, "above", "is sent to the approver"),
        ("A parcel that is heavier than 20 kg is refused.", "above", "is refused"),
        (
            "Fans under 16 years need a ticket together with an adult.",
            "below",
            "need a ticket together with an adult",
        ),
        ("If the door isn't closed within 90 seconds, the locker beeps.", "above", "the locker beeps"),
        ("After 3 declined payments the seats are released.", "after", "are released"),
        ("Drafts not changed for 180 days shall be deleted.", "after", "is deleted"),
        ("请假3天以内（含3天）的，由直属主管审批。", "most", "由直属主管审批"),
        ("打卡地点距离公司不得超过500米，否则提示超出范围。", "above", "提示超出范围"),
        ("迟到30分钟以上按旷工半天处理。", "least", "按旷工半天处理"),
    ],
)
def test_a_sentence_says_what_hangs_on_its_number_and_on_which_side(text, relation, effect):
    told = consequence_of(text, limits(text)[0])

    assert told
    assert (told.relation, told.effect) == (relation, effect)


@pytest.mark.parametrize(
    "text",
    [
        "The total of a claim shall not exceed EUR 10,000.",
        "Claims may be submitted only with a justification of at least 20 characters.",
        "密码长度为8至20位，必须同时包含字母和数字。",
        "A fan may buy at most 6 tickets per concert, counting earlier orders.",
    ],
)
def test_a_number_that_only_bounds_what_is_entered_has_no_consequence(text):
    assert [consequence_of(text, limit) for limit in limits(text)] == [None] * len(limits(text))


def test_the_second_of_two_limits_bounds_as_the_first_does():
    text = "Hotels: a maximum of EUR 180 per night, or EUR 240 per night in London."

    assert [(int(limit.value), limit.relation) for limit in limits(text)] == [(180, "most"), (240, "most")]


def test_a_price_is_told_and_bounds_nothing():
    assert limits("Mileage: EUR 0.30 per kilometre; students get 20 % off.") == []
