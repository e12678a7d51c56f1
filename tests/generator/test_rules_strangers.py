"""Texts from other trades: lifts, devices, coupons. What the rules say of them holds there, too."""

from __future__ import annotations

import re

import pytest

from generator.drafts import CaseDraft, Item, Language, Options
from generator.engines.rules import cases_for
from generator.engines.rules.book import BOOK

TIME = re.compile(r"\d+\s?(?:ms|s|seconds?|minutes?|hours?|毫秒|秒|分钟|小时)(?![a-z])")
TWO_WAYS = re.compile(
    r", or |; or |\beither\b.* or |\bor (?:was|were) (?:refused|left)|，或|或提示|或标明|或被拒绝"
)
OPTIONS = Options(detail="thorough")


def written(text: str) -> list[CaseDraft]:
    language: Language = "zh-hans" if re.search("[\u4e00-\u9fff]", text) else "en"
    return cases_for(Item("R1", text, text), language, OPTIONS)


def said(text: str) -> str:
    """Everything that the cases of a statement say."""
    halves = [half for case in written(text) for step in case.steps for half in (step.action, step.expected)]
    return "\n".join([*(case.title for case in written(text)), *halves])


def verdicts(text: str) -> dict[str, str]:
    """Of each boundary case what its value is expected to do, by the number in its title."""
    found = ((re.search(r"\d+(?:\.\d+)?", case.title), case) for case in written(text))
    return {number[0]: case.polarity for number, case in found if number and case.technique == "boundary"}


SHEETS = [
    (key, wording) for key, sheets in BOOK.items() for each in sheets for wording in each.wordings.values()
]


def test_no_expected_result_names_a_time_that_its_case_does_not_set_up():
    for key, wording in SHEETS:
        set_up = " ".join(
            [wording.title, *wording.given, wording.data, *(action for action, _ in wording.steps)]
        )
        for _, expected in wording.steps:
            assert set(TIME.findall(expected)) <= set(TIME.findall(set_up)), (key, expected)


def test_no_expected_result_leaves_two_ways_open():
    assert not [
        (key, expected)
        for key, wording in SHEETS
        for _, expected in wording.steps
        if TWO_WAYS.search(expected)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "When a passenger presses a call button, the button lights and the controller registers the call.",
        "The device registers with POST /devices and sends its serial number.",
        "新人券仅限注册7天内且未下过单的用户领取。",
        "重复注册同一序列号时返回409。",
    ],
)
def test_what_is_registered_may_be_something_else_than_a_person(text):
    assert not re.search(r"password|mailbox|e-mail|邮箱|密码", said(text))


@pytest.mark.parametrize(
    ("text", "alien"),
    [
        ("已登录用户可以在领券中心领取优惠券，每人每种优惠券限领3张。", "密码"),
        ("A signed in user can open the map of all floors.", "Winter#2031"),
        ("订单全额退款后，未过期的优惠券应退回用户账户。", "支付49.90"),
        ("用户在结算页可以选择、更换或取消优惠券，应付金额随之更新。", "支付"),
        ("每个订单最多使用1张优惠券，不得与限时折扣同时使用。", "虚拟用户"),
        ("When the power fails, the lift shall travel to the nearest floor.", "entry"),
        (
            "If something blocks the light curtain while the doors close, the doors shall open again.",
            "unsaved",
        ),
        ("In inspection mode the speed must not be higher than 0.63 m/s.", "virtual machine"),
        ("The doors stay open for 5 seconds after the last passenger passed.", "percentile"),
        ("优惠券自领取之日起15天内有效，过期后状态变为“已过期”，不可使用。", "后状态变为"),
        ("优惠券自领取之日起15天内有效，过期后状态变为“已过期”，不可使用。", "执行“优惠券自领取"),
    ],
)
def test_a_word_of_another_meaning_brings_no_cases_of_the_usual_one(text, alien):
    assert alien not in said(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In inspection mode the speed must not be higher than 0.63 m/s.",
            {"0.62": "positive", "0.63": "positive", "0.64": "negative"},
        ),
        ("The drawer must not be lower than 20 cm.", {"19": "negative", "20": "positive", "21": "positive"}),
        ("优惠后应付金额不得低于0.01元。", {"0.00": "negative", "0.01": "positive", "0.02": "positive"}),
        (
            "Fault codes consist of the letter F and 3 digits.",
            {"2": "negative", "3": "positive", "4": "negative"},
        ),
        ("序列号为 12 位大写字母和数字。", {"11": "negative", "12": "positive", "13": "negative"}),
    ],
)
def test_both_sides_of_a_limit_are_judged_rightly(text, expected):
    assert verdicts(text) == expected


def test_what_a_thing_does_after_a_time_is_looked_for_on_both_sides_of_it():
    text = "A lift that has been idle for 10 minutes returns to floor 0."
    effects = {case.data.split()[5]: case.steps[1].expected for case in written(text)}

    assert "not yet" in effects["9"]
    assert effects["10"] == effects["11"] == "Returns to floor 0"


def test_what_a_device_reports_every_minute_needs_no_button_that_waits():
    assert "按钮" not in said("设备每60秒上报一次心跳。")


def test_what_did_not_come_so_often_in_a_row_brings_what_is_said_of_it():
    cases = [
        case
        for case in written("连续3次未收到心跳，平台将设备状态置为离线。")
        if case.technique == "boundary"
    ]

    assert [case.polarity for case in cases] == ["negative", "positive", "positive"]
    assert all("设备状态置为离线" in case.title for case in cases)


def test_two_things_said_of_one_subject_are_not_cause_and_effect():
    titles = [case.title for case in written("A message contains 1 to 100 readings and is at most 64 KB.")]

    assert not [title for title in titles if "is at most" in title]


def test_a_condition_is_told_whole_and_its_reverse_as_unless():
    first, second, *_ = written(
        "If the tank is empty, the pump shall stop and the lamp shall blink twice a cycle."
    )

    assert first.title.endswith("the pump shall stop and the lamp shall blink twice a cycle, one time only")
    assert "…" not in first.title + second.title


def test_the_role_within_a_condition_is_not_refused_the_consequence():
    text = "When a passenger presses a call button, the button lights."

    assert not [case for case in written(text) if case.type == "security"]
