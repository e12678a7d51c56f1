import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.drafts import CASE_BYTES_LIMIT, STEP_LIMIT, STEPS_LIMIT, TITLE_LIMIT, CaseDraft, Item, Step
from generator.engines.openai.cases import case_maker
from tests.generator.openai_cast import BRIEF, brief, options

SOUND = {
    "title": "Locked after the 5th attempt",
    "requirements": ["R1"],
    "priority": "P0",
    "type": "security",
    "technique": "boundary",
    "polarity": "negative",
    "preconditions": ["ada has an account"],
    "steps": [{"action": "Enter “x” five times", "expected": "“Account locked” is shown"}],
    "data": "x",
    "tags": ["login"],
}


def made(asked=BRIEF, **said):
    return case_maker(asked)({**SOUND, **said})


def test_a_case_in_our_own_words_is_taken_as_it_is():
    assert made() == CaseDraft(
        title="Locked after the 5th attempt",
        requirements=("R1",),
        steps=(Step("Enter “x” five times", "“Account locked” is shown"),),
        priority="P0",
        type="security",
        technique="boundary",
        polarity="negative",
        preconditions=("ada has an account",),
        data="x",
        tags=("login",),
    )


@pytest.mark.parametrize(
    ("field", "said", "means"),
    [
        *(("priority", said, "P0") for said in ("Critical", "p0", "最高", "紧急", 0, "P0 - Blocker")),
        *(("priority", said, "P1") for said in ("high", "高", "P1 (High)", "1")),
        *(("priority", said, "P2") for said in ("Medium", "中", None, "", "?")),
        *(("priority", said, "P3") for said in ("LOW", "低", "P4")),
        *(("type", said, "security") for said in ("Security Testing", "安全测试", "authorization")),
        *(("type", said, "functional") for said in ("Functional", "功能", "whatever", None)),
        *(("type", said, "usability") for said in ("UI", "user interface", "易用性")),
        *(("type", said, "interface") for said in ("API", "接口测试")),
        *(("technique", said, "boundary") for said in ("Boundary Value Analysis", "边界值分析")),
        *(("technique", said, "equivalence") for said in ("Equivalence Partitioning", "等价类划分")),
        *(("technique", said, "decision-table") for said in ("decision_table", "判定表")),
        *(("technique", said, "state-transition") for said in ("State Transition", "状态迁移")),
        *(("technique", said, "error-guessing") for said in ("error guessing", "错误推测")),
        *(("technique", said, "scenario") for said in ("use case", "场景法", "exotic")),
        *(("polarity", said, "negative") for said in ("Negative", "反向", "异常", "invalid")),
        *(("polarity", said, "positive") for said in ("正向", "valid", "正常", None)),
    ],
)
def test_a_models_own_words_are_understood(field, said, means):
    assert getattr(made(**{field: said}), field) == means


def test_an_unknown_word_means_the_first_that_was_chosen():
    asked = brief(options=options(types=("performance",), techniques=("pairwise",)))

    case = made(asked, type="?", technique="?")

    assert (case.type, case.technique) == ("performance", "pairwise")


@pytest.mark.parametrize(
    "said",
    [
        {"steps": ["Open the page", "2. Press “Go”"], "expected": ["", "It went"]},
        {"steps": "1. Open the page\n2. Press “Go”", "expected_result": "It went"},
        {"steps": "1. Open the page 2. Press “Go”", "Expected Results": ["It went"]},
        {"steps": [{"step": "Open the page"}, {"step": "Press “Go”", "expected_result": "It went"}]},
        {"steps": [{"step": 1, "text": "Open the page"}, {"no": 2, "text": "Press “Go”", "then": "It went"}]},
        {"steps": "", "测试步骤": [{"操作": "Open the page"}, {"操作": "Press “Go”", "预期": "It went"}]},
        {"steps": {"1": "Open the page", "2": "Press “Go”"}, "expected": "It went"},
    ],
)
def test_steps_are_read_in_many_shapes(said):
    assert made(**said).steps == (Step("Open the page", ""), Step("Press “Go”", "It went"))


@pytest.mark.parametrize(
    "said",
    [{"title": ""}, {"title": "\x00 "}, {"steps": []}, {"steps": None}, {"steps": [{}, {"expected": "x"}]}],
)
def test_what_has_no_title_or_no_step_is_no_case(said):
    assert made(**said) is None


def test_other_names_of_fields_are_understood():
    said = {"用例标题": "锁定", "测试步骤": ["输入"], "优先级": "高", "前置条件": "已注册"}

    case = case_maker(BRIEF)({**said, "Test Data": {"a": 1}})

    assert (case.title, case.priority, case.preconditions) == ("锁定", "P1", ("已注册",))
    assert case.data == '{"a": 1}'


def test_requirements_outside_the_section_are_left_out():
    assert made(requirements=["R1", "R99", "r2", "R1"]).requirements == ("R1", "R2")
    assert made(requirements="R2, R7").requirements == ("R2",)
    assert made(requirements=[{"key": "R2"}]).requirements == ("R2",)


def test_a_case_of_no_known_requirement_goes_to_the_nearest_item():
    texts = {"R4": "用户名必填", "R5": "连续输错密码5次后锁定账号", "R6": "Log out"}
    asked = brief(items=tuple(Item(key, text, text) for key, text in texts.items()))

    assert made(asked, requirements=[], title="输错密码被锁定", steps=["输入"]).requirements == ("R5",)
    assert made(asked, requirements=["X"], title="Log the user out").requirements == ("R6",)
    assert made(asked, requirements=[], title="???", steps=["?"]).requirements == ("R4",)


def test_limits_hold_by_shortening():
    case = made(
        title="t" * 1_000,
        steps=[{"action": "步" * 9_000, "expected": "e" * 9_000}] * 99,
        data="d" * 99_999,
        preconditions=["p" * 5_000] * 50,
    )

    assert len(case.title) == TITLE_LIMIT
    assert len(case.steps) == STEPS_LIMIT
    assert all(len(step.action) <= STEP_LIMIT and len(step.expected) <= STEP_LIMIT for step in case.steps)
    assert len(json.dumps(asdict(case), ensure_ascii=False).encode()) <= CASE_BYTES_LIMIT


def test_characters_that_no_database_takes_are_removed():
    case = made(title="a\x00b\ud83dc\x1b\r\nd", steps=[{"action": "x\x00\r\ny\tz", "expected": "\udfff"}])

    assert case.title == "abc d"
    assert case.steps == (Step("x\ny\tz", ""),)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*SOUND, "expected", "步骤", "step"]), ANYTHING))
def test_no_object_at_all_breaks_the_reading(said):
    case = case_maker(BRIEF)({"title": "t", "steps": ["s"], **said})

    if case:
        assert case.title.strip()
        assert case.steps[0].action
        assert set(case.requirements) <= {"R1", "R2"}
        json.dumps(asdict(case), ensure_ascii=False).encode()
