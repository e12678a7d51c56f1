"""Three-point boundary cases: for every limit one case below, at and above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.drafts import Language
from generator.engines.rules.comparing import Relation, holds
from generator.engines.rules.finding import Finding
from generator.engines.rules.limits import Limit
from generator.engines.rules.lockouts import lockout_limits
from generator.engines.rules.statement import Statement
from generator.engines.rules.subjects import subject_of

LIMITS_PER_ITEM = 16


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words, re.I)


_INTERVAL = _any(
    r"resend|\bagain\b|\bevery\b|\bretry|interval|once per|only once|[只仅][能可].{0,6}[一1]次|重新(?:发送|获取)|重发|再次|间隔|每隔"
)
_ADVANCE = _any(r"in advance|\bprior\b|\bbefore\b|beforehand|提前|[之以]?前(?:取消|通知|提交|可|预约)")
_VALIDITY = _any(
    r"valid|expir|effective|time-?\s?out|session|idle|inactiv|log(?:ged|s)? out|有效|失效|过期|超时|会话|无操作|未操作"
)
_RESPONSE = _any(
    r"respon|\bload|return|display|show|appear|result|answer|complet|open|refresh|响应|加载|返回|显示|打开|完成|刷新|耗时|查询"
)
_EFFECT = _any(
    r"\b(?:if|when|once|whenever|after|upon|until)\b|[时则后]|满\d|\bfree\b|discount|require|\bneeds?\b|alert|warn|notif|免[费运]|减|报警|告警|提醒|审批"
)
_PER_PAGE = _any(r"per page|on each page|each page|a page\b|每页|一页|分页")
_AT_ONCE = _any(r"concurren|simultaneous|at the same time|at once|in parallel|同时|并发|在线人数|人在线")
_HARDWARE = _any(
    r"\bmemory|\bram\b|\bdisk|\bcpu\b|bandwidth|network card|内存|磁盘|硬盘|存储空间|网卡|带宽|主频|\bcores?\b"
)
_PRECISION = _any(r"precision|decimal places?|rounded|精度|小数|有效数字")
_SESSION = _any(r"session|inactiv|idle|会话|无操作|未操作")
_FILE = _any(r"\bfiles?\b|upload|image|attachment|文件|附件|上传|图片|照片")
_MEASURED = _any(
    r"availab|uptime|success rate|error rate|accura|coverage|percentile|of (?:all )?(?:the )?(?:requests|calls|users|pages)"
    r"|可用性|可用率|成功率|错误率|准确率|覆盖率|的请求|精[确度]"
)


def bounding(statement: Statement) -> Iterator[Finding]:
    spent = {id(limit) for limit in lockout_limits(statement) if limit}
    seen: set[tuple[str, str]] = set()
    for limit in statement.limits[:LIMITS_PER_ITEM]:
        if id(limit) in spent:
            continue
        kind = "window" if spent and limit.dimension == "time" else kind_of(statement.text, limit)
        for point, position in zip(limit.points, (0, 1, 2)[-len(limit.points) :], strict=True):
            if (kind, point) not in seen:
                yield Finding(
                    _sheet(kind, limit.relation, position),
                    _quote(statement, limit),
                    _slots(statement, limit, point, position),
                )
            seen.add((kind, point))


def kind_of(text: str, limit: Limit) -> str:
    """Which family of sheets tells how this limit is tried out."""
    match limit.dimension:
        case "time":
            return _time_kind(text, limit)
        case "size" | "hardware":
            is_file = limit.dimension == "size" or _FILE.search(text)
            return "size" if is_file and not _HARDWARE.search(text) else "hardware"
        case "attempts":
            return "threshold" if limit.relation in {"after", "above", "plain"} else "quota"
        case "percent":
            return "measured" if _MEASURED.search(text) else _value_kind(text, limit)
        case "date" | "clock":
            return "date"
        case "count":
            return _count_kind(text, limit)
        case "money" | "value":
            return _value_kind(text, limit)
    return "precision" if limit.dimension == "length" and _PRECISION.search(text) else limit.dimension


def _time_kind(text: str, limit: Limit) -> str:
    if (
        _ADVANCE.search(text)
        and limit.relation in {"least", "plain", "below", "after"}
        and limit.unit.factor >= 60
    ):
        return "advance"
    if _INTERVAL.search(text):
        return "interval"
    is_short = limit.unit.factor <= 1
    if (
        not _VALIDITY.search(text)
        and is_short
        and (_RESPONSE.search(text) or limit.relation in {"most", "below"})
    ):
        return "response"
    return "valid"


def _count_kind(text: str, limit: Limit) -> str:
    if _AT_ONCE.search(text):
        return "load"
    if _PER_PAGE.search(text):
        return "page"
    return _value_kind(text, limit) if not limit.unit.english or limit.relation == "after" else "count"


def _value_kind(text: str, limit: Limit) -> str:
    is_trigger = limit.relation in {"above", "least", "after"} and _EFFECT.search(text)
    return "threshold" if is_trigger else "value"


def _sheet(kind: str, relation: Relation, position: int) -> str:
    allowed = holds(relation, position)
    if kind == "page":
        return "page_capacity"
    if kind in {"screen", "precision"}:
        return f"{kind}_in"
    if kind == "threshold":
        return "threshold_reached" if _triggers(relation, position) else "threshold_before"
    if kind == "valid":
        allowed = _is_still_valid(relation, position)
    elif kind == "interval":
        allowed = position > 0
    elif kind == "advance":
        allowed = position > (1 if relation == "above" else 0)
    elif kind in {"hardware", "measured"} and relation == "plain":
        allowed = position > 0
    elif kind == "value" and relation == "plain":
        allowed = position == 1
    return f"{kind}_in" if allowed else f"{kind}_out"


def _triggers(relation: Relation, position: int) -> bool:
    return position > 1 if relation == "above" else position > 0


def _is_still_valid(relation: Relation, position: int) -> bool:
    """At its very end "within 30 minutes" is in time, "expires after 30 minutes" is over."""
    if relation == "least":
        return True
    return position == 0 or (position == 1 and relation != "after")


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
    subject = subject_of(statement.text, limit, statement.language)
    if subject:
        return subject
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
