"""Locking an account: the attempts around the limit, the minutes around the lock's end, in both languages."""

import re

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for, missing_boundaries

ENGLISH = "Lock the account for 15 minutes after 5 wrong passwords"
CHINESE = "连续输错5次密码后锁定账号15分钟"


def cases(text, language):
    return cases_for(Item("R1", text, text), language, Options())


def with_number(cases, number):
    return next(case for case in cases if number in re.findall(r"\d+", case.title))


def has_step(case, *words):
    return any(all(word in f"{step.action} {step.expected}" for word in words) for step in case.steps)


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh-hans")])
@pytest.mark.parametrize("number", ["4", "5", "6", "14", "15", "16"])
def test_each_attempt_and_minute_around_the_limits_has_a_case_of_its_own(text, language, number):
    case = with_number(cases(text, language), number)

    assert case.technique == "boundary"
    assert len(case.steps) >= 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_no_boundary_is_missing_whatever_language_the_cases_are_in(text, language):
    assert missing_boundaries(text, cases(text, language)) == []


def test_one_attempt_below_the_limit_the_right_password_still_signs_in():
    case = with_number(cases(ENGLISH, "en"), "4")

    assert case.polarity == "positive"
    assert has_step(case, "Winter#2031", "start page opens")


def test_at_the_limit_the_right_password_is_refused_with_the_lock_message():
    case = with_number(cases(ENGLISH, "en"), "5")

    assert (case.priority, case.type, case.polarity) == ("P0", "security", "negative")
    assert has_step(case, "locked for 15 minutes")
    assert has_step(case, "right password", "refused")


def test_beyond_the_limit_the_remaining_time_is_told_and_the_lock_does_not_start_anew():
    case = with_number(cases(CHINESE, "zh-hans"), "6")

    assert has_step(case, "剩余时间")
    assert has_step(case, "没有延长锁定")


@pytest.mark.parametrize(("minute", "polarity"), [("14", "negative"), ("15", "positive"), ("16", "positive")])
def test_the_lock_ends_when_its_minutes_are_over(minute, polarity):
    assert with_number(cases(ENGLISH, "en"), minute).polarity == polarity
    assert with_number(cases(CHINESE, "zh-hans"), minute).polarity == polarity


def test_more_than_five_attempts_locks_at_the_sixth():
    case = with_number(cases("More than 5 failed logins lock the account", "en"), "6")

    assert case.title.startswith("Wrong password number 6 locks")


def test_attempts_that_lie_too_far_apart_do_not_add_up():
    found = cases("Three failed logins within 10 minutes lock the account for one hour", "en")

    assert [with_number(found, minutes).polarity for minutes in ("9", "10", "11")] == [
        "negative",
        "negative",
        "positive",
    ]


def test_even_the_brief_detail_keeps_all_six_points():
    brief = cases_for(Item("R1", ENGLISH, ENGLISH), "en", Options(detail="brief"))

    assert missing_boundaries(ENGLISH, brief) == []
