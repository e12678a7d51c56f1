"""Makes a case of whatever object a model wrote for one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from core.text import UNFIT
from generator.drafts import (
    CASE_BYTES_LIMIT,
    STEP_LIMIT,
    STEPS_LIMIT,
    TITLE_LIMIT,
    Brief,
    CaseDraft,
    Item,
    Options,
    Step,
)
from generator.engines.openai.vocabulary import polarity_named, priority_named, technique_named, type_named

TEXTS_LIMIT = 20
SHORTEST_TEXT = 15

# The names that models give our fields, without spaces, hyphens and underscores.
_TITLE = (
    "title name casetitle casename testcase testcasename testcasetitle summary "
    "标题 用例标题 用例名称 名称 测试点"
).split()
_STEPS = "steps teststeps step procedure 步骤 测试步骤 操作步骤 执行步骤".split()
_EXPECTED = (
    "expected expectedresult expectedresults expectedoutcome expectedoutcomes expectations expectedbehavior "
    "result then 预期 预期结果 期望 期望结果"
).split()
_ACTION = "action step description operation text actions when 操作 步骤 步骤描述 动作".split()
_PRECONDITIONS = "preconditions precondition prerequisites setup given 前置条件 前提条件".split()
_DATA = "data testdata inputdata input 测试数据 数据 输入".split()
_TAGS = "tags tag labels 标签".split()
_REQUIREMENTS = (
    "requirements requirement requirementids requirementid requirementkeys items item covers "
    "需求 关联需求 需求编号"
).split()
_PRIORITY = "priority severity 优先级 级别 用例等级".split()
_TYPE = "type casetype testtype category 类型 用例类型 测试类型".split()
_TECHNIQUE = "technique designtechnique testtechnique method 设计方法 测试方法 方法 技术".split()
_POLARITY = "polarity direction scenariotype 正反向 极性 正向反向".split()

_NUMBERING = re.compile(r"^\s*(?:step\s*|步骤\s*)?\d{1,2}\s*[.)、:：)]\s*(?=\S)", re.I)
_NEXT_STEP = re.compile(r"\n+|(?:(?<=[\s;；。])|(?<=^))(?=\d{1,2}[.)、)]\s*\D)")
_WORDS = re.compile(r"[^\W_\u2e80-\u9fff]{2,}|\d")
_HAN = re.compile("[\u3400-\u9fff]+")


def case_maker(brief: Brief) -> Callable[[dict[str, Any]], CaseDraft | None]:
    """A function that makes a case for this brief of a model's object, or None of what is none."""
    grams = [(item.key, _grams(f"{item.text} {item.quote}")) for item in brief.items]

    def make(said: dict[str, Any]) -> CaseDraft | None:
        fields = {re.sub(r"[\s_-]+", "", str(name)).lower(): value for name, value in said.items()}
        title = _line(_first(fields, _TITLE))
        steps = _steps(fields)
        if not title or not steps:
            return None
        keys = _requirements(_first(fields, _REQUIREMENTS), brief.items)
        if not keys and grams:
            keys = (_closest(f"{title} {' '.join(step.action for step in steps)}", grams),)
        return _fit(_case(fields, title, steps, keys, brief.options))

    return make


def _case(
    fields: dict[str, Any], title: str, steps: tuple[Step, ...], keys: tuple[str, ...], options: Options
) -> CaseDraft:
    types, techniques = options.types or ("functional",), options.techniques or ("scenario",)
    return CaseDraft(
        title=_shortened(title, TITLE_LIMIT),
        requirements=keys,
        steps=steps,
        priority=priority_named(_first(fields, _PRIORITY)),
        type=type_named(_first(fields, _TYPE), types[0]),
        technique=technique_named(_first(fields, _TECHNIQUE), techniques[0]),
        polarity=polarity_named(_first(fields, _POLARITY)),
        preconditions=tuple(_texts(_first(fields, _PRECONDITIONS)))[:TEXTS_LIMIT],
        data=_shortened(_text(_first(fields, _DATA)), STEP_LIMIT),
        tags=tuple(dict.fromkeys(_texts(_first(fields, _TAGS))))[:TEXTS_LIMIT],
    )


def _first(fields: dict[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [], {})), None)


def _text(value: object) -> str:
    """Plain text of any JSON value, with "\\n" line ends."""
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value):
        return "; ".join(filter(None, map(_text, value)))
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return UNFIT.sub("", text).strip()


def _line(value: object) -> str:
    return " ".join(_text(value).split())


def _texts(value: object) -> Iterator[str]:
    texts = value if isinstance(value, list) else [] if value is None else _text(value).split("\n")
    for one in texts:
        text = _NUMBERING.sub("", _text(one)).lstrip("-•* ")
        if text:
            yield _shortened(text, STEP_LIMIT)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _steps(fields: dict[str, Any]) -> tuple[Step, ...]:
    said = _first(fields, _STEPS)
    if isinstance(said, str):
        said = [part for part in _NEXT_STEP.split(said) if part and part.strip()]
    if isinstance(said, dict):
        said = [said] if any(name in said for name in _ACTION) else list(said.values())
    parts = said if isinstance(said, list) else []
    steps = [step for one in parts if (step := _step(one)) and step.action]
    expected = _first(fields, _EXPECTED)
    outcomes = list(_texts(expected)) if isinstance(expected, list) else [_text(expected)] if expected else []
    return _with_outcomes(steps, outcomes)[:STEPS_LIMIT]


def _step(said: object) -> Step | None:
    if isinstance(said, str):
        return Step(_step_text(said), "")
    if not isinstance(said, dict):
        return None
    fields = {re.sub(r"[\s_-]+", "", str(name)).lower(): value for name, value in said.items()}
    wordy = tuple(name for name in _ACTION if not isinstance(fields.get(name), int))  # {"step": 1, "text": …}
    return Step(_step_text(_first(fields, wordy)), _shortened(_text(_first(fields, _EXPECTED)), STEP_LIMIT))


def _step_text(words: object) -> str:
    return _shortened(_NUMBERING.sub("", _text(words)), STEP_LIMIT)


def _with_outcomes(steps: list[Step], outcomes: list[str]) -> tuple[Step, ...]:
    """Expected results that stand beside the steps: one for each, or what is to be seen at the end."""
    if not outcomes or not steps:
        return tuple(steps)
    if len(outcomes) == len(steps):
        pairs = zip(steps, outcomes, strict=True)
        return tuple(replace(step, expected=step.expected or text) for step, text in pairs)
    if not steps[-1].expected:
        steps[-1] = replace(steps[-1], expected=_shortened("\n".join(outcomes), STEP_LIMIT))
    return tuple(steps)


def _requirements(said: object, items: tuple[Item, ...]) -> tuple[str, ...]:
    """The brief's keys that the model named; what else it named is no requirement of this section."""
    known = {item.key.upper(): item.key for item in items}
    named = re.findall(r"[^\W_]+(?:[-.][^\W_]+)*", _text(said).upper())
    return tuple(dict.fromkeys(known[name] for name in named if name in known))


def _grams(text: str) -> set[str]:
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return pairs | {word.lower() for word in _WORDS.findall(text)}


def _closest(text: str, grams: list[tuple[str, set[str]]]) -> str:
    """The item that shares most words (character pairs in Chinese) with the text; of equals the first."""
    words = _grams(text)
    return max(grams, key=lambda entry: len(words & entry[1]))[0]


def _fit(case: CaseDraft) -> CaseDraft:
    """Within the bytes of a whole case: its longest texts get shorter until it fits."""
    limit = STEP_LIMIT
    while _size(case) > CASE_BYTES_LIMIT and limit > SHORTEST_TEXT:
        limit //= 2
        case = replace(
            case,
            steps=tuple(
                Step(_shortened(step.action, limit), _shortened(step.expected, limit)) for step in case.steps
            ),
            preconditions=tuple(_shortened(text, limit) for text in case.preconditions),
            data=_shortened(case.data, limit),
            tags=tuple(_shortened(text, limit) for text in case.tags),
        )
    return case


def _size(case: CaseDraft) -> int:
    return len(json.dumps(asdict(case), ensure_ascii=False).encode())
