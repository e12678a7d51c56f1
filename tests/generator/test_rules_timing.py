"""A time is tried out as what it is: a deadline, a rhythm, a retention, a term, an amount."""

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for
from generator.engines.rules.bounding import kind_of
from generator.engines.rules.limits import limits


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Deleted data are removed from all systems within 30 days.", "deadline"),
        ("Payment shall take place no later than 10 days after approval.", "deadline"),
        ("审批人应在48小时内完成审批。", "deadline"),
        ("A draft shall be saved automatically every 30 seconds.", "periodic"),
        ("A new code can be requested every 60 seconds.", "interval"),
        ("Claims shall be kept for 10 years.", "retention"),
        ("考勤数据应保存3年以上。", "retention"),
        ("A reminder is sent 24 hours before the parcel is returned.", "ahead"),
        ("A ticket can be returned until 14 days before the concert.", "advance"),
        ("A code expires 7 days after it was sent.", "valid"),
        ("单次请假不得超过30天。", "amount"),
        ("请假时长以0.5天为最小单位。", "stepwise"),
        ("The list opens within 2 seconds.", "response"),
        ("Reports are handed over every Friday at 18:00.", "scheduled"),
    ],
)
def test_a_time_is_read_by_what_its_sentence_does_with_it(text, kind):
    assert kind_of(text, limits(text)[0]) == kind


def test_a_deadline_is_kept_met_to_the_minute_and_missed_visibly():
    cases = cases_for(Item("R1", "The refund is paid within 3 days.", ""), "en", Options())

    inside, exactly, missed = (case for case in cases if case.technique == "boundary")
    assert "2 days" in inside.data
    assert "no later than 3 days" in exactly.steps[-1].expected
    assert any("late" in step.expected for step in missed.steps)


def test_what_is_kept_ten_years_is_there_on_the_last_day():
    cases = cases_for(Item("R1", "Claims shall be kept for 10 years.", ""), "en", Options())

    nine, ten, eleven = (case for case in cases if case.technique == "boundary")
    assert (nine.polarity, ten.polarity, eleven.polarity) == ("positive", "positive", "negative")
    assert "Claim A-01" in ten.data + ten.title
