"""The words that models use for our values, in English and Chinese."""

from __future__ import annotations

import re
from typing import TypeVar, get_args

from generator.drafts import CaseType, ItemKind, Polarity, Priority, Technique

V = TypeVar("V", bound=str)

# The first entry that a model's words contain wins, so narrower words stand before wider ones.
_PRIORITIES: tuple[tuple[Priority, str], ...] = (
    ("P0", "blocker|critical|highest|urgent|smoke|最高|紧急|致命|阻塞|关键"),
    ("P3", "lowest|low|minor|trivial|cosmetic|optional|最低|低|轻微"),
    ("P1", "high|major|important|severe|高|严重|重要"),
    ("P2", "medium|normal|moderate|standard|中|普通|一般"),
)
_TYPES: tuple[tuple[CaseType, str], ...] = (
    ("security", "secur|auth[oe]|permission|安全|权限|越权"),
    ("performance", "perform|load|stress|latency|concurren|性能|压力|负载|并发"),
    ("compatibility", "compat|browser|device|兼容"),
    ("usability", r"usab|accessib|user interface|\bui\b|\bux\b|易用|可用性|体验|界面|无障碍"),
    ("interface", "interface|^api|integration|接口|集成"),
    ("functional", "function|功能|business|业务"),
)
_TECHNIQUES: tuple[tuple[Technique, str], ...] = (
    ("boundary", "bound|bva|limit|边界|临界"),
    ("decision-table", "decision|cause|决策表|判定表|因果"),
    ("state-transition", "state|transition|状态"),
    ("pairwise", "pair|orthogonal|combinat|成对|正交|组合"),
    ("error-guessing", "error|guess|negative|fault|explorat|错误|异常|猜测"),
    ("equivalence", "equivalen|partition|等价"),
    ("scenario", "scenario|use.?case|flow|end.to.end|场景|流程|用例"),
)
_POLARITIES: tuple[tuple[Polarity, str], ...] = (
    ("negative", "negativ|invalid|abnormal|unhappy|fail|反|逆|负|异常|无效|非法"),
    ("positive", "positiv|^valid|normal|happy|success|正|有效|合法"),
)
_KINDS: tuple[tuple[ItemKind, str], ...] = (
    ("interface", "interface|api|接口"),
    ("quality", "quality|non.?functional|perform|secur|质量|性能|安全"),
    ("data", "data|field|format|数据|字段"),
    ("flow", "flow|process|scenario|story|流程|场景"),
    ("rule", "rule|functional|constraint|规则|功能"),
)


def priority_named(said: object, default: Priority = "P2") -> Priority:
    words = str(said)
    level = re.search(r"\bp\s?([0-9])", words, re.I) or re.fullmatch(r"\s*([0-9])(?:\.0)?\s*", words)
    if level:
        levels: tuple[Priority, ...] = get_args(Priority)
        return levels[min(int(level[1]), 3)]
    return _named(words, _PRIORITIES, default)


def type_named(said: object, default: CaseType = "functional") -> CaseType:
    return _named(str(said), _TYPES, default)


def technique_named(said: object, default: Technique = "scenario") -> Technique:
    return _named(str(said), _TECHNIQUES, default)


def polarity_named(said: object, default: Polarity = "positive") -> Polarity:
    return _named(str(said), _POLARITIES, default)


def kind_named(said: object, default: ItemKind = "rule") -> ItemKind:
    return _named(str(said), _KINDS, default)


def _named(words: str, table: tuple[tuple[V, str], ...], default: V) -> V:
    words = re.sub(r"[\s_-]+", " ", words).strip().lower()
    exact = next((value for value, _ in table if value.replace("-", " ") == words), None)
    return exact or next((value for value, names in table if re.search(names, words)), default)
