"""Which family of sheets tries out a time: how long something holds, by when it is done, how often it comes."""

from __future__ import annotations

import re

from generator.engines.rules.limits import Limit


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words, re.I)


_PERIODIC = _any(r"\bevery\b|\bonce (?:a|per|every)\b|每隔?")
_BY_ITSELF = _any(
    r"automatic|\bsav|\brefresh|\bsync|\bsen[dt]|\brun|\bback(?:ed)? up|\bchecks?\b|\breport|\bmeasur|\bpoll|\bsampl|上报|采集|采样|心跳|自动|刷新|同步|备份|执行一次|保存一次|轮询"
)
_INTERVAL = _any(
    r"resend|\bagain\b|\bretry|interval|once per|only once|[只仅][能可].{0,6}[一1]次|重新(?:发送|获取)|重发|再次|间隔|每隔|重复(?:获取|发送|提交|点击)"
)
_ADVANCE = _any(r"in advance|\bprior\b|\bbefore\b|beforehand|提前|前\d|[之以]?前(?:取消|通知|提交|可|预约)")
_TOLD_AHEAD = _any(r"remind|\bsent\b|notif|\bsends?\b|提醒|发送|通知|推送")
_KEPT = _any(r"\bkept\b|\bkeep|\bretain|\barchiv|\bstored?\b|\bpreserv|保存|保留|留存|存档|归档")
_VALIDITY = _any(
    r"valid|expir|effective|time-?\s?out|session|idle|inactiv|log(?:ged|s)? out|\bhold|\breserv|\block|有效|失效|过期|超时|会话|无操作|未操作|锁定|保留座|逾期"
)
_RESPONSE = _any(
    r"respon|\bload|return|display|show|appear|result|answer|complet|open|refresh|响应|加载|返回|显示|打开|完成|刷新|耗时|查询"
)
_WITHIN = _any(
    r"(?:\bwithin|\bno later than|\bnot later than|\blatest|\bat most)\s*(?:the (?:next|first) )?$|(?:在|于)$"
)
_INSIDE = _any(r"\s*(?:以内|之内|内)|\s*(?:at the latest|after|from|of)\b")
_STEPWISE = _any(r"\s*(?:为|作为)?(?:最小单位|单位|的整数倍)")
_STEPS_OF = _any(r"\b(?:increments?|steps?|multiples?|units?) of\s*$")
_CASES = re.compile(r"\s*(?:以内|之内|内|以上|以下)?(?:[（(][^）)]*[）)])?的")
_SECONDS = 60


def time_kind(text: str, limit: Limit) -> str:
    before, behind = text[: limit.start], text[limit.end :]
    if _STEPWISE.match(behind) or _STEPS_OF.search(before):
        return "stepwise"
    if ahead := _ahead(text, limit):
        return ahead
    if _PERIODIC.search(before[-24:]) and _BY_ITSELF.search(text):
        return "periodic"
    if _INTERVAL.search(text) or _PERIODIC.search(before[-12:]):
        return "interval"
    is_short = limit.unit.factor <= 1
    if (
        is_short
        and limit.relation not in {"lasting", "after"}
        and not _VALIDITY.search(text)
        and (_RESPONSE.search(text) or limit.relation in {"most", "below"})
    ):
        return "response"
    if _KEPT.search(text) and limit.unit.factor > 3600 and limit.relation in {"lasting", "least", "plain"}:
        return "retention"
    if _VALIDITY.search(text) or limit.relation in {"lasting", "after"}:
        return "valid"
    return "deadline" if _is_deadline(before, behind, limit) else "amount"


def _ahead(text: str, limit: Limit) -> str:
    if limit.unit.factor < _SECONDS or not _ADVANCE.search(text):
        return ""
    is_before = re.match(r"\s*(?:before|ahead|prior|[之以]?前)", text[limit.end :], re.I)
    if (is_before or text[: limit.start].rstrip().endswith("前")) and _TOLD_AHEAD.search(text):
        return "ahead"
    is_until = re.match(r"\s*(?:before|ahead of|prior to)", text[limit.end :], re.I) is not None
    return "advance" if is_until or limit.relation in {"least", "plain", "below", "after"} else ""


def _is_deadline(before: str, behind: str, limit: Limit) -> bool:
    if _CASES.match(behind):
        return False  # "请假3天以内的" tells cases apart
    return bool(
        _WITHIN.search(before) or (limit.relation == "most" and _INSIDE.match(behind)) or "内" in behind[:3]
    )
