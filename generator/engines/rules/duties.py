"""What a sentence asks of the system in set phrases: once only, ask again, never show, work out an amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.statement import Statement

_ONCE = re.compile(
    r"\bonly (?:be used )?once\b|\bused only once\b|\bat most once\b|\bsingle[- ]use\b|\bone[- ]time\b(?! (?:code|password))|\bno more than once\b"
    r"|只[能可](?:使用|用|提交|领取|参加|操作)?[^，。；]{0,6}[一1]次|仅[能可限]?[^，。；]{0,6}[一1]次|不[得能可](?:重复|多次)(?:提交|领取|使用|申请|参加)",
    re.I,
)
_ASKS_AGAIN = re.compile(
    r"\b(?:asks?|prompts?) for (?:the |a |their )?(?:current )?password|\bby (?:re-?)?entering (?:the|their|his|her) password|\bpassword again\b|再次(?:输入|验证)密码|需(?:要)?(?:再次)?输入(?:登录)?密码",
    re.I,
)
_HIDDEN = re.compile(
    r"\b(?:never|not)\b[^.;]{0,12}\b(?:be shown|appear|be displayed|be visible|be logged|be written|be stored)\b[^.;]*|\bmask(?:ed|s)?\b|脱敏|不得(?:明文)?(?:显示|出现|打印|写入)[^，。；]*|掩码",
    re.I,
)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_OFF = re.compile(r"\bdiscounts?\b|\bless\b|\boff\b|\breduc|\brebate|折扣|优惠|减免|扣除|返还", re.I)
_ON_TOP = re.compile(r"\bsurcharge|\bplus\b|\btax|\bvat\b|\bin addition\b|附加|加收|税", re.I)
_SHARE = re.compile(r"\bcommission|\bfee\b|\binterest|\bdeposit|手续费|佣金|利息|定金|押金|滞纳金", re.I)
_CENT = Decimal("0.01")
_PRICES = (Decimal("100.00"), Decimal("9.99"))


def duties(statement: Statement) -> Iterator[Finding]:
    for sheet, pattern in (("once_only", _ONCE), ("asks_again", _ASKS_AGAIN), ("hidden", _HIDDEN)):
        if found := pattern.search(statement.text):
            yield Finding(sheet, clip(found[0]))
    yield from _amounts(statement)


def _amounts(statement: Statement) -> Iterator[Finding]:
    """Percentages that an amount is changed by: worked out for a round price, and for one that must be rounded."""
    text = statement.text
    if not (_OFF.search(text) or _ON_TOP.search(text) or _SHARE.search(text)):
        return
    for percent in list(_PERCENT.finditer(text))[:3]:
        rate = Decimal(percent[1]) / 100
        whole, odd = (_worked(price, rate, text) for price in _PRICES)
        around = text[max(0, percent.start() - 24) : percent.end()].strip(" ,;:，；：")
        yield Finding(
            "computed",
            clip(around),
            {"rate": percent[0], "whole": f"{whole}", "odd": f"{odd}", "reason_for": clip(around, 40)},
        )


def _worked(price: Decimal, rate: Decimal, text: str) -> Decimal:
    share = price * rate
    amount = price - share if _OFF.search(text) else price + share if _ON_TOP.search(text) else share
    return amount.quantize(_CENT, ROUND_HALF_UP)
