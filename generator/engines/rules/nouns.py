"""Things that the vocabulary doesn't know, called as the text calls them."""

from __future__ import annotations

import re

from generator.drafts import Language
from generator.engines.rules.words import ACTORS, THINGS, Word

_STOP = frozenset(
    "a an the this that these those each every any all no some it they he she we you there if when once after before unless"
    " only at in on with without for by to of from as is are be system page user record value one two more most up out back"
    " field form yes required description rule name type what which who whether how following other same first last next entering"
    " selecting deleting choosing clicking pressing using result things thing way ways time times number least most maximum minimum".split()
)
_ENGLISH_SUBJECT = re.compile(
    r"^(?:(?:if|when|once|after|whenever|as soon as|while)\s+)?(?:(?:an?|the|each|every|all|any|no|only|both)\s+)*"
    r"((?:[A-Za-z][A-Za-z-]*\s+){1,3}?)(?:that|which|who|whose|in|of|over|under|above|below|with|without|longer|heavier|larger|smaller|not|"
    r"must|shall|should|may|can|cannot|will|is|are|was|has|have|hasn't|haven't|isn't|needs?|expires?|ends?|contains?|belongs?|[a-z]+s)\b",
    re.I,
)
_ENGLISH_OBJECT = re.compile(
    r"\b(?:a|an|the|each|every|per|his|her|its|their|my|new|own|draft)\s+([a-z][a-z-]{2,})\b", re.I
)
_CHINESE_SUBJECT = re.compile(
    r"^(?:每[个条次张]|同一|单次|单个|一个|所有|任何|当|如果)?([\u4e00-\u9fff]{2,5}?)(?:的|应|须|必须|可以?|不[得能可应]|由|[只仅]能|最[多少长短]|至[多少]|超过|支持|达到|包括|分为|余额)"
)
_CHINESE_OBJECT = re.compile(
    r"(?:提交|申请|新增|新建|添加|创建|填写|修改|编辑|删除|查看|查询|审批|审核|导出|导入|发布|取消|选择|处理|打印|下载|上传|撤回|购买|兑换|管理|维护|设置)(?:自己的|本人的|他人的|个人|相关|所有|全部)?"
    r"(?!的)([\u4e00-\u9fff]{2,6}?)(?=[，。；、,;：:]|的|时|后|前|并|和|及|或|$)"
)
_NOT_A_THING = re.compile(
    r"系统|用户|页面|界面|[应须可能不]|自己|本人|他人|需要|操作|提交|通过|成功|以下|内容|情况|信息$"
)


def unknown_thing(text: str, language: Language, *, is_foreign: bool) -> Word:
    """The thing of a sentence in its own words; a "record" where the sentence names none."""
    noun = "" if is_foreign else _chinese(text) if language == "zh-hans" else _english(text)
    if not noun:
        return Word(
            "unknown", "record", "records", "记录", ("Record A-01", "Record B-02", "记录A-01", "记录B-02")
        )
    if language == "zh-hans":
        return Word("unknown", noun, noun, noun, (f"{noun}A-01", f"{noun}B-02", f"{noun}A-01", f"{noun}B-02"))
    shown = noun.capitalize()
    return Word(
        "unknown",
        noun,
        _plural(noun),
        noun,
        (f"{shown} A-01", f"{shown} B-02", f"{shown} A-01", f"{shown} B-02"),
    )


def _english(text: str) -> str:
    found = _ENGLISH_SUBJECT.match(text)
    nouns = [_head(found[1])] if found else []
    nouns += [each[1].lower() for each in _ENGLISH_OBJECT.finditer(text)]
    return next((noun for noun in map(_singular, nouns) if _is_noun(noun)), "")


def _head(phrase: str) -> str:
    return phrase.split()[-1].lower()


def _is_noun(word: str) -> bool:
    return (
        len(word) > 2
        and word not in _STOP
        and not word.endswith(("ing", "ly", "ed"))
        and not any(ACTORS.sightings(word))
        and not any(THINGS.sightings(word))
    )


def _chinese(text: str) -> str:
    for pattern in (_CHINESE_OBJECT, _CHINESE_SUBJECT):
        for found in pattern.finditer(text):
            if not _NOT_A_THING.search(found[1]) and not any(ACTORS.sightings(found[1])):
                return found[1]
    return ""


def _singular(noun: str) -> str:
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    if re.search(r"(?:x|ch|sh|ss)es$", noun):
        return noun[:-2]
    return noun[:-1] if re.search(r"[^su]s$", noun) else noun


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:x|ch|sh|s)$", noun) else f"{noun}s"
