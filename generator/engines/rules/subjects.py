"""What a limit bounds: the password of "a password of 8 characters"."""

from __future__ import annotations

import re

from generator.drafts import Language
from generator.engines.rules.limits import Limit, unquoted
from generator.engines.rules.nouns import unknown_thing
from generator.engines.rules.words import CHINESE, THINGS

_LINK = (
    r"(?:must|shall|should|may|can|cannot|is|are|be|has|have|contains?|of|from|between|to|not|no|never|up|at|least|most|more|less|fewer"
    r"|than|exceeds?|within|over|under|above|below|greater|longer|shorter|larger|smaller|higher|lower|earlier|later|exactly|length|minimum|maximum|a|the|valid|for|expires?|after)"
)
_BEFORE = re.compile(
    rf"(?:^|\b(?:a|an|the|each|every|its|their|any)\s+)(?!{_LINK}\b)([a-z]+)\s+(?:{_LINK}\s+)*$", re.I
)
_MEASURE = r"(?:length|size|number|amount|count|total|sum|maximum|minimum|duration|validity|rest|end|part|list|kind|one|some|all)"
_OWNED = re.compile(
    rf"(?:^|\b)(?:(?:a|an|the|each|every|any)\s+)?(?P<owned>(?!{_MEASURE}s?\b|{_LINK}\b)[a-z]+\s+of\s+(?:(?:a|an|the|each|every|any)\s+)?"
    rf"(?!{_LINK}\b)[a-z]+(?:\s\d+)?|[a-z]+['’]s?\s+(?!{_MEASURE}s?\b|{_LINK}\b)[a-z]+)\s+(?:{_LINK}\s+)+$",
    re.I,
)
_CHINESE_OWNED = re.compile(
    r"([\u4e00-\u9fff]{1,5}的(?!长度|大小|总数|字数|范围|时间|数量|个数|上限|下限)[\u4e00-\u9fff]{1,5}?)(?:的?(?:长度|大小|总数|字数|范围))?"
    r"(?:[必应需]?须?[为是]|必须|不(?:得|能|可|应)?(?:超过|大于|小于|少于|低于|多于|高于)|至[少多]|最[多少大小长短高低]|[大小]于|超过|低于|高于|在|：|:)+$"
)
_WITH_OWNER = frozenset({"length", "value", "count", "money", "size", "percent"})
_CHINESE_BEFORE = re.compile(
    r"([\u4e00-\u9fff]{2,6}?)(?:的?(?:长度|大小|总数|字数|范围|时间))?(?:[必应需]?须?[为是]|必须|不(?:得|能|可|应)?(?:超过|大于|小于|少于|低于|多于|高于)"
    r"|至[少多]|最[多少大小长短高低]|[大小]于|超过|低于|高于|在|：|:)+$"
)
_MEASURED_BEFORE = re.compile(
    r"^(?:当|如果|若|每次|单次)?([\u4e00-\u9fff]{2,10}?)(?:不得|不能|必须|应当?|须|超过|不超过|至[少多]|最[多少长]|达到|满|为|在|不足|少于|大于|小于|低于|高于|多于|早于|晚于|于|提前)*$"
)
_CLAUSE = re.compile(r"[,，。;；.、\s]")


def subject_of(text: str, limit: Limit, language: Language) -> str:
    """The noun to which the limit is tied, else the nearest thing before it, else the first behind it."""
    text = unquoted(text)
    if limit.dimension in _WITH_OWNER and (owned := _owned(text[: limit.start], language)):
        return owned
    tied = _tied(text[: limit.start], language)
    if tied:
        return tied
    named = _nearest(text[: limit.start], -1, language)
    if (
        language == "zh-hans"
        and limit.dimension in {"time", "value", "money"}
        and (said := _said_before(text[: limit.start]))
    ):
        return said
    return named or _own_noun(text, language) or _nearest(text[limit.end :], 0, language)


def _owned(before: str, language: Language) -> str:
    """ "the name of the product", 商品的名称: another thing's name is another field."""
    if language == "en":
        found = _OWNED.search(before[-80:])
        return " ".join(found["owned"].lower().split()) if found and not CHINESE.search(before) else ""
    found = _CHINESE_OWNED.fullmatch(_CLAUSE.split(before)[-1])
    return found[1] if found else ""


def _said_before(before: str) -> str:
    """ "迟到30分钟": what is measured stands right before the number."""
    found = _MEASURED_BEFORE.search(_CLAUSE.split(before)[-1])
    return found[1] if found else ""


def _nearest(part: str, place: int, language: Language) -> str:
    seen = list(THINGS.sightings(part))
    if not seen:
        return ""
    return seen[place].word.called(part[seen[place].start : seen[place].end], language).name(language)


def _own_noun(text: str, language: Language) -> str:
    """The sentence's own subject where the vocabulary doesn't know it."""
    is_foreign = (CHINESE.search(text) is not None) != (language == "zh-hans")
    found = unknown_thing(text, language, is_foreign=is_foreign)
    return "" if found.english == "record" else found.name(language)


def _tied(before: str, language: Language) -> str:
    if language == "en":
        found = _BEFORE.search(before[-60:])
        word = found[1].lower() if found else ""
        return word if not CHINESE.search(before) and not any(THINGS.sightings(word)) else ""
    clause = _CLAUSE.split(before)[-1]
    found = _CHINESE_BEFORE.fullmatch(clause)
    return found[1] if found and not any(THINGS.sightings(found[1])) else ""
