"""Three-point boundary cases: for every limit one case below, at and above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.drafts import Language
from generator.engines.rules.comparing import Relation, holds
from generator.engines.rules.consequences import Consequence, consequence_of
from generator.engines.rules.finding import Finding
from generator.engines.rules.limits import MEASURED, Limit
from generator.engines.rules.lockouts import lockout_limits
from generator.engines.rules.statement import Statement
from generator.engines.rules.subjects import subject_of
from generator.engines.rules.timing import time_kind

LIMITS_PER_ITEM = 16


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words, re.I)


_EFFECT = _any(
    r"\b(?:if|when|once|whenever|after|upon|until)\b|[时则后]|满\d|\bfree\b|discount|require|\bneeds?\b|alert|warn|notif|免[费运]|减|报警|告警|提醒|审批"
)
_PER_PAGE = _any(r"per page|on each page|each page|a page\b|每页|一页|分页")
_AT_ONCE = _any(
    r"concurren|simultaneous|at the same time|at once|in parallel|(?<!不得)(?<!不能)(?<!不可)同时(?!使用[，。；]|享|叠|参加|拥有)|并发|在线人数|人在线"
)
_HARDWARE = _any(
    r"\bmemory|\bram\b|\bdisk|\bcpu\b|bandwidth|network card|内存|磁盘|硬盘|存储空间|网卡|带宽|主频|\bcores?\b"
)
_PRECISION = _any(r"precision|decimal places?|rounded|精度|小数|有效数字")
_MAY_TRIGGER = frozenset({"count", "value", "threshold", "quota", "valid", "deadline", "amount", "age"})
_ELAPSING = frozenset({"valid", "deadline"})
_FAMILY = {"amount": "value", "stepwise": "value", "age": "value"}
_AGED = _any(r"\b[a-z]+s? (?:under|over|above|below|aged|(?:younger|older) than)(?: the age of)? $")
_REPEATED = _any(r"\bevery\b|\beach (?:day|week|month)|\bdaily\b|\bweekly\b|\bmonthly\b|每[天日周月年晚]")
_LOCKED = _any(r"\block(?:s|ed)?\b|锁定|冻结")
_BATCH = _any(r"\bexport|\bimport|\bbatch|\bbulk|导出|导入|批量")
_ORDERED = _any(
    r"(?:不得|不能|不可|不应|不许|必须|\b(?:must|shall|may|can)(?:not| not)?)(?: be)?\s?(?:低于|小于|少于|高于|大于|超过|多于|less than|lower than|below|under|above|over|more than|higher than|at least|at most)\s?$"
)
_SESSION = _any(r"session|inactiv|idle|会话|无操作|未操作")
_FILE = _any(r"\bfiles?\b|upload|image|attachment|文件|附件|上传|图片|照片")


def bounding(statement: Statement) -> Iterator[Finding]:
    spent = {id(limit) for limit in lockout_limits(statement) if limit}
    seen: set[tuple[str, str]] = set()
    for limit in statement.limits[:LIMITS_PER_ITEM]:
        if id(limit) in spent:
            continue
        kind = "window" if spent and limit.dimension == "time" else kind_of(statement.text, limit)
        told = consequence_of(statement.text, limit) if kind in _MAY_TRIGGER else None
        for point, position in zip(limit.points, (0, 1, 2)[-len(limit.points) :], strict=True):
            if (kind, point) not in seen:
                slots = _slots(statement, limit, point, position)
                if told:
                    slots["effect"] = told.effect
                yield Finding(_sheet(kind, limit, position, told), _quote(statement, limit), slots)
            seen.add((kind, point))


def kind_of(text: str, limit: Limit) -> str:
    """Which family of sheets tells how this limit is tried out."""
    match limit.dimension:
        case "time":
            return _aged(text, limit) or time_kind(text, limit)
        case "size" | "hardware":
            is_file = limit.dimension == "size" or _FILE.search(text)
            return "size" if is_file and not _HARDWARE.search(text) else "hardware"
        case "attempts":
            return "threshold" if limit.relation in {"after", "above", "plain"} else "quota"
        case "percent":
            return "measured" if MEASURED.search(text) else _value_kind(text, limit)
        case "date" | "clock":
            return (
                "scheduled" if limit.relation == "plain" and _REPEATED.search(text[: limit.start]) else "date"
            )
        case "count":
            return _count_kind(text, limit)
        case "money" | "value":
            return _value_kind(text, limit)
    return "precision" if limit.dimension == "length" and _PRECISION.search(text) else limit.dimension


def _aged(text: str, limit: Limit) -> str:
    return "age" if limit.unit.english == "year" and _AGED.search(text[: limit.start]) else ""


def _count_kind(text: str, limit: Limit) -> str:
    if _AT_ONCE.search(text):
        return "load"
    if _BATCH.search(text):
        return "batch"
    if _PER_PAGE.search(text):
        return "page"
    return _value_kind(text, limit) if not limit.unit.english or limit.relation == "after" else "count"


def _value_kind(text: str, limit: Limit) -> str:
    if _ORDERED.search(text[: limit.start]):
        return "value"
    is_trigger = limit.relation in {"above", "least", "after"} and _EFFECT.search(text)
    return "threshold" if is_trigger else "value"


def _sheet(kind: str, limit: Limit, position: int, told: Consequence | None) -> str:
    if told:
        reached = "reached" if holds(told.relation, position) else "before"
        return f"{'elapsed' if kind in _ELAPSING else 'threshold'}_{reached}"
    if kind in {"page", "screen", "precision", "deadline", "retention"}:
        return _by_position(kind, limit.relation, position)
    if kind == "threshold":
        return "threshold_reached" if _is_allowed(kind, limit.relation, position) else "threshold_before"
    return f"{_FAMILY.get(kind, kind)}_{'in' if _is_allowed(kind, limit.relation, position) else 'out'}"


def _by_position(kind: str, relation: Relation, position: int) -> str:
    match kind:
        case "page":
            return "page_capacity"
        case "deadline":
            return ("deadline_in", "deadline_at", "deadline_out")[position]
        case "retention":
            return "retention_out" if position == 2 and relation != "least" else "retention_in"
    return f"{kind}_in"


def _is_allowed(kind: str, relation: Relation, position: int) -> bool:
    """At its very end "within 30 minutes" is in time, "expires after 30 minutes" is over."""
    match kind:
        case "valid":
            return relation == "least" or position == 0 or (position == 1 and relation != "after")
        case "interval" | "periodic" | "scheduled":
            return position > 0
        case "ahead" | "load":
            return position < 2
        case "advance":
            return position > (1 if relation == "above" else 0)
        case "threshold":
            return position > 1 if relation == "above" else position > 0
        case "stepwise":
            return position == 1
    if relation == "plain" and kind in {"hardware", "measured"}:
        return position > 0
    return position == 1 if relation == "plain" and kind == "value" else holds(relation, position)


def _quote(statement: Statement, limit: Limit) -> str:
    return statement.text[limit.start : limit.end]


def _slots(statement: Statement, limit: Limit, point: str, position: int) -> dict[str, str]:
    language = statement.language
    bound = limit.moment.points[1] if limit.moment else f"{limit.value:f}"
    subject = _subject(statement, limit)
    bare = point.replace(",", "")
    return {
        "n": limit.unit.amount(point, language) if limit.unit.english else point,
        "point": point,
        "bound": limit.unit.amount(bound, language) if limit.unit.english else bound,
        "at": _place(bound, position, language),
        "subject": subject,
        "Subject": subject[:1].upper() + subject[1:],
        "string": _string(limit, subject, bare, language),
        "decimals": _decimals(bare) if limit.dimension == "length" else "",
        "effect": statement.deed,
        **_pages(limit, bare, language),
    }


def _place(bound: str, position: int, language: Language) -> str:
    if language == "en":
        return (f"just below the limit {bound}", "the limit itself", f"just above the limit {bound}")[
            position
        ]
    return (f"略小于边界值{bound}", "等于边界值", f"略大于边界值{bound}")[position]


def _subject(statement: Statement, limit: Limit) -> str:
    if limit.dimension == "time" and _LOCKED.search(statement.text):
        return "lock" if statement.language == "en" else "锁定"
    subject = subject_of(statement.text, limit, statement.language)
    if subject:
        return subject
    if statement.thing.english != "record":
        return statement.thing.name(statement.language)
    if _SESSION.search(statement.text):
        return "session" if statement.language == "en" else "登录会话"
    if limit.dimension == "time":
        return "function" if statement.language == "en" else "该功能"
    if limit.dimension == "length":
        return "text" if statement.language == "en" else "输入内容"
    return "value" if statement.language == "en" else "数值"


def _string(limit: Limit, subject: str, point: str, language: Language) -> str:
    """Something of exactly this length, spelled out if a tester can still count it."""
    count = int(float(point)) if limit.dimension == "length" else 0
    letters = "1234567890" if limit.unit.english == "digit" else "abcdefghij"
    if subject in {"password", "密码"}:
        letters = "Aa1#bcdefg"
    if count == 0:
        return '"" (empty)' if language == "en" else "（空）"
    if count <= 40:
        return f'"{(letters * 5)[:count]}"'
    return f"the letter a, {count} times" if language == "en" else f"字母a重复{count}次"


def _decimals(point: str) -> str:
    return f"3.{'1415926535'[: int(float(point))]}".rstrip(".")


def _pages(limit: Limit, point: str, language: Language) -> dict[str, str]:
    total, capacity = int(float(point)) if limit.moment is None else 0, max(1, int(limit.value))
    pages, first = max(1, -(-total // capacity)), min(total, capacity)
    if language == "en":
        return {
            "pages": f"{pages} page{'s' if pages > 1 else ''}",
            "first_page": f"rows 1 to {first}" if first else "no rows",
        }
    return {"pages": f"{pages}页", "first_page": f"第1到{first}条" if first else "0条"}
