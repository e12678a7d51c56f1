"""How a number bounds: the words before and behind it, "at most 5", "5个以内"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

# `after` is a threshold at which something happens, `lasting` a time for which it holds, `plain` says neither.
Relation = Literal["least", "above", "most", "below", "exact", "after", "lasting", "plain"]

_FILL = r"(?:\s|of|is|are|be|to|a|an|the|or|equal|about|length|size|:|：|为|是|的|在|约|达到?|连续|累计|总共|输[错入]|失败|只能|只可)*$"

_BEFORE_WORDS: tuple[tuple[Relation, str], ...] = (
    (
        "most",
        r"\b(?:no|not|nor)(?: be)? (?:more|longer|later|larger|greater|higher|bigger) than|not (?:be )?(?:over|above)"
        r"|(?:not|never|n't|cannot|must not|may not) exceed|without exceeding|at (?:the )?most|up to|maximum(?: \w+)?"
        r"|\bmax\.?|within|limited to|limit(?: of)?|less than or equal|≤|<=|\buntil|\bin under"
        r"|不(?:得|能|可|应|会|要|允许)?(?:超过|大于|多于|高于|超出|长于)|至多|最多|最大|最长|最高|上限|≤|限制?[为在]|仅限",
    ),
    (
        "least",
        r"\b(?:no|not)(?: be)? (?:less|fewer|shorter|smaller|lower|earlier|younger) than|not (?:be )?(?:below|under)"
        r"|at (?:the )?least|minimum(?: \w+)?|\bmin\.?|greater than or equal|more than or equal|≥|>=|starting (?:at|from)"
        r"|不(?:得|能|可|应|会|要|允许)?(?:少于|小于|低于|短于|早于)|至少|最少|最小|最短|最低|下限|≥|(?<![不未])满|提前",
    ),
    (
        "below",
        r"(?:less|fewer|shorter|smaller|lower|younger|earlier|lighter|narrower|slower|nearer|colder) than|\bunder|\bbelow|\bbefore|<|小于|少于|低于|短于|不足|未满|不满|早于",
    ),
    (
        "above",
        r"(?:more|greater|longer|larger|higher|older|later|bigger|heavier|wider|taller|deeper|faster|further|warmer) than|\bover|\babove|\bbeyond|exceed(?:s|ing|ed)?|>"
        r"|大于|多于|高于|超过|超出|长于|晚于",
    ),
    (
        "exact",
        r"exactly|precisely|equals?|must be|has to be|(?<![<>])=|等于|恰好|必须[为是]|固定[为是]?|应为|须为",
    ),
    ("after", r"\bafter|upon|reach(?:es|ing)?|following|\bon|\bevery|每隔?|达到"),
    ("lasting", r"\bfor|\blasts?|期限|持续|保留|保存|锁定|冻结|禁[用言]|有效期"),
)

_BEHIND_WORDS: tuple[tuple[Relation, str], ...] = (
    (
        "least",
        r"\+|or (?:more|above|older|over|longer|greater|higher|later)|and (?:above|over|up)|at (?:the )?least|minimum"
        r"|[及或]?以上|或更[多长大高]|及更[多高]|起(?!始)",
    ),
    (
        "most",
        r"or (?:less|fewer|under|below|shorter|smaller|earlier)|at (?:the )?most|max(?:imum)?\b|[及或]?以[内下]|之内|内(?![容部存])"
        r"|或更[少短小低]|封顶|为上限",
    ),
    ("exact", r"exactly"),
    ("after", r"[之以]?后|(?:wrong|incorrect|错误|失败|输错)"),
    ("below", r"[之以]前"),
)

_BEFORE = [(relation, re.compile(rf"(?:{words}){_FILL}", re.I)) for relation, words in _BEFORE_WORDS]
_BEHIND = [(relation, re.compile(rf"[\s(（]*(?:{words})", re.I)) for relation, words in _BEHIND_WORDS]

_HOLDS: dict[Relation, tuple[bool, bool, bool]] = {
    "least": (False, True, True),
    "above": (False, False, True),
    "most": (True, True, False),
    "below": (True, False, False),
    "exact": (False, True, False),
    "after": (False, True, True),
    "lasting": (True, False, False),
    "plain": (True, True, False),
}


def relation_at(text: str, start: int, number_end: int, unit_end: int) -> Relation:
    """What the words around a number that stands at `start` make of it."""
    behind_number = text[number_end : number_end + 16]
    behind_unit = text[unit_end : unit_end + 16]
    before = text[max(0, start - 44) : start]
    for relation, pattern in _BEHIND[:2]:
        if pattern.match(behind_number) or pattern.match(behind_unit):
            return relation
    for relation, pattern in _BEFORE[:5]:
        if pattern.search(before):
            return relation
    for relation, pattern in _BEHIND[2:]:
        if pattern.match(behind_unit):
            return relation
    return next((relation for relation, pattern in _BEFORE[5:] if pattern.search(before)), "plain")


def holds(relation: Relation, position: int) -> bool:
    """Is the value below (0), at (1) or above (2) the bound allowed?"""
    return _HOLDS[relation][position]


def neighbours(value: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """One below, at and one above, in the precision in which the bound is written."""
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(1)
    return value - step, value, value + step
