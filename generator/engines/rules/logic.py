"""Roles, conditions, states, order and messages: what decides, and both ways it can go."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.engines.rules.consequences import consequence_of
from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.lockouts import lockout_limits
from generator.engines.rules.statement import Statement
from generator.engines.rules.states import is_state, named_states
from generator.engines.rules.words import ACTORS, CHINESE, Sighting

CONDITION_LENGTH = EFFECT_LENGTH = 110

_FORBIDDEN = re.compile(
    r"\b(?:(?:must|shall|should|may) not be able to|must not|cannot|can not|can't|may not|shall not|should not|(?:is|are) not allowed to|never)\s+(?!be\b|exceed|contain)(\w[^.;,]*)"
    r"|(?:不得|不能|不可以?|不允许|禁止)(?!为?空|重复|重名|超过|大于|少于|小于|低于|多于|高于|早于|晚于|包含|超出|与|是|够|相同)([^，。；,;]*)",
    re.I,
)
_OWN = re.compile(r"\bown\b|自己|本人")
_UNLESS = re.compile(r"\bunless\b|除非", re.I)
_ONLY = re.compile(r"\bonly\b|\bexclusively\b|[仅只][有能由限允]|仅", re.I)
_OPEN_TO_ALL = frozenset(
    {
        "register",
        "login",
        "reset_password",
        "captcha",
        "url_guard",
        "encrypt",
        "usability",
        "load",
        "response",
        "compatible",
        "leave",
        "logout",
        "notify",
    }
)
_CONDITION = re.compile(
    r"\b(?:if|when|once|unless|only if|provided that|as long as|whenever)\b\s+(?!desired|necessary|needed|possible|any\b|required|appropriate)"
    r"([^,.;:]{3,80})|(?:如果|若|当|仅当|只有|除非|一旦)([^，。；,;]{2,30}?)(?:时|才|则|就|的话|[，,]|$)"
    r"|([^，。；,;]{2,24})(?:时|(?<!然)(?<![之以天日月年时周个])后|的情况下)(?=[，,])|([^，。；,;]{2,16})才(?:可以|能)",
    re.I,
)
_EXCEPTION = re.compile(r"([^:：.。]{4,70})[:：]\s*(?=the (?:system|app|page|server|user)\b|系统|页面)", re.I)
_IS_TOLD = re.compile(
    r"\s+(?:gets?|receives?|(?:is|are|was|were|shall be|must be|will be) (?:told|notified|informed|sent|shown|asked))\b|.{0,12}\bI (?:want|need) to be\b",
    re.I,
)
_LED_IN = re.compile(
    r"(?:[^.;:]{0,60}[.:;,]\s*)?(?:(?:as|only|all|any|each|every|the|an?|both|no|for|when|if)\s+|[a-z]+ly,?\s+)*",
    re.I,
)
_STATES = (
    r"draft|published|open|closed|pending|approved|rejected|active|inactive|locked|unlocked|archived|paid|unpaid|shipped|delivered"
    r"|cancelled|completed|done|in progress|草稿|待发布|已发布|待审核|已审核|已通过|已驳回|待支付|已支付|待发货|已发货|已完成|已取消|上架|下架"
    r"|启用|停用|禁用|锁定|解锁|冻结|正常|未处理|已处理|处理中"
)
_TRANSITION = re.compile(
    rf"[“\"]?({_STATES})[”\"]?(?:状态)?\s*(?:→|->|\bto\b|变为|变成|改为|转为|更新为|到)\s*[“\"]?({_STATES})",
    re.I,
)
_ORDER = re.compile(
    r"\b(?:order|sort)(?:ed|s|able)? (?:\w+ )?by (?P<en>[a-z]+(?: [a-z]+)?)|in (?:alphabetical|chronological|ascending|descending|reverse) order(?: (?:by|of) (?P<of>[a-z]+))?|newest first"
    r"|(?:按照?|根据|(?<!可)以)(?P<zh>[\u4e00-\u9fff]{1,8}?)(?:的?(?:先后|大小|高低))?(?:顺序)?(?:升序|降序|倒序|正序)?(?:进行)?(?:排序|排列)|倒序|升序|降序",
    re.I,
)
_DESCENDING = re.compile(r"desc|newest|latest|reverse|highest|倒序|降序|从高到低|从新到旧|最新", re.I)
_NUMERIC = re.compile(r"price|amount|size|number|count|rating|score|价格|金额|大小|数量|销量|评分|分数", re.I)
_ALPHABETIC = re.compile(r"name|title|alphabet|surname|姓名|名称|标题|拼音|字母", re.I)
_ROWS = {
    "date": ("2031-05-03", "2031-05-12", "2031-05-20"),
    "number": ("9", "30", "100"),
    "en": ("alpha", "Beta", "gamma"),
    "zh-hans": ("陈曦", "李娜", "王磊"),
}
_MESSAGE = re.compile(r"[“\"「『]([^“”\"「」『』]{2,120})[”\"」』]")
_SAYING = re.compile(
    r"message|error|\bshow|display|prompt|\bsays?\b|warn|notice|toast|reads?\b|提示|显示|报错|弹出|告知|返回",
    re.I,
)


def _cues(chapter: str) -> list[tuple[str, re.Pattern[str], list[str]]]:
    rows = tomllib.loads((Path(__file__).parent / "cues.toml").read_text(encoding="utf-8"))[chapter]
    return [(key, re.compile(pattern, re.I), blanks) for key, (pattern, *blanks) in rows.items()]


_MARKS = " ,.;，。；、否则"
_ENABLING = frozenset(
    {"signed_in", "enabled", "started", "granted", "exists", "paid", "verified", "membership"}
)
_CONDITIONS, _TRIGGERS = _cues("conditions"), _cues("triggers")


def forbidding(statement: Statement) -> re.Match[str] | None:
    """The words that keep a named role from a deed."""
    found = _FORBIDDEN.search(statement.text)
    is_role = any(seen.start < found.start() for seen in ACTORS.sightings(statement.text)) if found else False
    return found if is_role and not _UNLESS.search(statement.text) else None


def in_condition(text: str, start: int) -> bool:
    """Whether a word belongs to what must hold, not to what is done then."""
    found = _CONDITION.search(text)
    return found is not None and found.start() <= start < found.end() and len(text) - len(found[0]) > 4


def is_exception(statement: Statement) -> bool:
    """A use case's extension: "The payment is declined: the system shows the reason"."""
    return _EXCEPTION.match(statement.text) is not None


def roles(statement: Statement) -> Iterator[Finding]:
    acting = next(iter(ACTORS.sightings(statement.text)), None)
    if acting is None:
        return
    quote = statement.text[acting.start : acting.end]
    forbidden = forbidding(statement)
    if forbidden:
        deed = clip((forbidden[1] or forbidden[2] or "").strip() or statement.deed, 40)
        yield Finding(
            "forbidden", clip(forbidden[0]), {"deed": deed}, first_only=_OWN.search(deed) is not None
        )
        return
    only = _ONLY.search(statement.text)
    if only and acting.word.key != "user":
        yield Finding("role_allowed", f"{only[0]} {quote}")
    does = {action.word.key for action, _ in statement.actions[:2]}
    is_rule_alone = bool(statement.limits) and not does
    if (
        acting.word.key != "guest"
        and not in_condition(statement.text, acting.start)
        and _is_subject(statement.text, acting)
        and not is_rule_alone
        and not does & _OPEN_TO_ALL
        and statement.item.kind != "quality"
    ):
        yield Finding("role_refused", quote)


def _is_subject(text: str, acting: Sighting) -> bool:
    """Whether the role does something, and is not only told of, owned by or told."""
    before, behind = text[: acting.start], text[acting.end :]
    if CHINESE.search(text):
        return len(before) <= 6 and not behind.startswith(("的", "、"))
    if behind.startswith(("'s", "’s")) or _IS_TOLD.match(behind):
        return False
    return _LED_IN.fullmatch(before) is not None


def conditions(statement: Statement) -> Iterator[Finding]:
    found = _EXCEPTION.match(statement.text) or _CONDITION.search(statement.text)
    if found is None or lockout_limits(statement)[0] or any(messages(statement)):
        return
    if found[0].endswith("后") and any(named_states(statement)):
        return  # what leads to a state is tried by its own sheet
    if any(found.start() <= limit.start < found.end() for limit in statement.limits):
        return  # its boundaries try both ways already
    condition = clip(next(group for group in found.groups() if group).strip(), CONDITION_LENGTH)
    english = statement.language == "en"
    kind, setups = next(
        ((kind, blanks) for kind, pattern, blanks in _CONDITIONS if pattern.search(condition)), ("", [])
    )
    if kind == "signed_in" and any(action.word.key == "url_guard" for action, _ in statement.actions):
        return  # asking for addresses without a session is that very test
    ways = _ways(condition, setups[:2] if english else setups[2:], english=english)
    true, false = reversed(ways) if re.match(r"unless|除非", found[0], re.I) else ways
    parts = (statement.text[found.end() :], statement.text[: found.start()])
    effect = clip(
        next((part.strip(_MARKS) for part in parts if part.strip(_MARKS)), condition), EFFECT_LENGTH
    )
    slots = {
        "setup_true": true.setup,
        "setup_false": false.setup,
        "when": true.when,
        "unless": false.when,
        "When": true.when[:1].upper() + true.when[1:],
        "Unless": false.when[:1].upper() + false.when[1:],
        "cause": true.cause,
        "effect": effect,
    }
    sheet = "condition" if kind in _ENABLING else "event"
    yield Finding(f"{sheet}_true", clip(found[0].strip()), slots)
    yield Finding(f"{sheet}_false", clip(found[0].strip()), slots)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a condition can go: as something prepared, as the head of a title, as something done."""

    setup: str
    when: str
    cause: str


def _ways(condition: str, setups: list[str], *, english: bool) -> tuple[_Way, _Way]:
    if setups and english:
        true, false = setups
        return _Way(true, f"with {true}", true), _Way(false, f"with {false}", false)
    if setups:
        true, false = setups
        return _Way(true, f"{true}时", true), _Way(false, f"{false}时", false)
    if english:
        return (
            _Way(f"this holds: {condition}", f"when {condition}", condition),
            _Way(f"this does not hold: {condition}", f"unless {condition}", f"not this: {condition}"),
        )
    return (
        _Way(f"满足：{condition}", f"{condition.removesuffix('时')}时", condition),
        _Way(f"不满足：{condition}", f"不满足“{condition}”时", f"并非“{condition}”"),
    )


def states(statement: Statement) -> Iterator[Finding]:
    found = _TRANSITION.search(statement.text)
    if found and found[1].lower() != found[2].lower():
        yield Finding("transition", found[0], {"before": found[1], "after": found[2]})


def ordering(statement: Statement) -> Iterator[Finding]:
    found = _ORDER.search(statement.text)
    if found is None:
        return
    by = (found["en"] or found["of"] or found["zh"] or found[0]).strip()
    kind = "number" if _NUMERIC.search(by) else statement.language if _ALPHABETIC.search(by) else "date"
    low, middle, high = _ROWS[kind]
    expected = (high, middle, low) if _DESCENDING.search(statement.text) else (low, middle, high)
    separator = ", " if statement.language == "en" else "、"
    yield Finding(
        "ordering",
        clip(found[0]),
        {"entered": separator.join((middle, high, low)), "expected": separator.join(expected)},
    )


def messages(statement: Statement) -> Iterator[Finding]:
    if not _SAYING.search(statement.text) or any(
        consequence_of(statement.text, limit) for limit in statement.limits
    ):
        return  # the cases around a limit look for its message
    condition = _CONDITION.search(statement.text)
    when = clip(next(group for group in condition.groups() if group).strip(), 50) if condition else ""
    told = [
        found for found in _MESSAGE.finditer(statement.text) if not is_state(statement.text, found.start())
    ]
    for found in told[:3]:
        around = statement.text.replace(found[0], "")
        blanks = next(
            blanks for key, pattern, blanks in _TRIGGERS if pattern.search(around) or key == "refused"
        )
        case, entered, step = blanks[:3] if statement.language == "en" else blanks[3:]
        if when and blanks is _TRIGGERS[-1][2]:
            case = entered = when
            step = f"bring about: {when}" if statement.language == "en" else f"使“{when}”成立并执行操作"
        yield Finding(
            "message",
            clip(found[1]),
            {
                "message": clip(found[1], 120),
                "trigger": case,
                "Trigger": case,
                "trigger_data": entered,
                "trigger_step": step,
                "Trigger_step": step,
            },
        )
