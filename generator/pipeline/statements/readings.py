"""How a statement reads on its own, away from its place in the document."""

from __future__ import annotations

import re

from .force import lacks_subject
from .language import HAN, is_chinese
from .sentences import sentences_in

LEAD_LIMIT = 240
SUBJECT_WORDS = 4
TITLE_LIMIT = 120

_SPACES = re.compile(r"\s+")
_HAN_GAP = re.compile(rf"(?<=[{HAN}，。；：、]) (?=[{HAN}])")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_EMPHASIS = re.compile(r"\*\*|__|~~|(?<![\w*])\*(?=\w)|(?<=[\w.。])\*(?![\w*])")
_BREAKS = re.compile(r"<br\s*/?>", re.I)
_TAKES_AN_OBJECT = re.compile(
    r"\b(?:can|may|must|shall|should|will|to|be|is|are|by|of|for|with|from|in|on|at|has|have"
    r"|provides?|includes?|contains?|shows?|displays?"
    r"|supports?|allows?|enters?|selects?|offers?|accepts?|gives?|requires?|specify|specifies"
    r"|sees?|sends?|returns?|lists?|and|or|cannot|not)$"
    r"|(?:包括|包含|支持|提供|可以|能够|能|可|应|应当|须|必须|需要|需|显示|展示|输入|填写|选择|设置|允许|禁止|不得|不能|有|为|是)$",
    re.I,
)


def plain(quote: str) -> str:
    """The words of a quote on one line, without the marks of Markdown."""
    words = _LINK.sub(r"\1", _BREAKS.sub("; ", quote))
    return _HAN_GAP.sub("", _SPACES.sub(" ", _EMPHASIS.sub("", words))).strip() or quote


def carry(lead: str, statement: str) -> str:
    """The lead-in and what hangs on it as one statement."""
    lead = shorten_lead(lead).rstrip(":： ")
    statement = plain(statement)
    chinese = is_chinese(lead) if lead else False
    if lacks_subject(statement) and not chinese and len(lead.split()) <= SUBJECT_WORDS:
        return f"{lead} {statement[:1].lower()}{statement[1:]}"
    if not _TAKES_AN_OBJECT.search(lead):
        return f"{lead}：{statement}" if chinese else f"{lead}: {statement}"
    if chinese:
        return lead + statement
    lowered = statement[:1].lower() + statement[1:]
    return f"{lead} {lowered if statement[1:2].islower() or statement[1:2] == ' ' else statement}"


def shorten_lead(lead: str) -> str:
    """A lead-in of a whole paragraph is its last sentence."""
    lead = plain(lead)
    if len(lead) <= LEAD_LIMIT:
        return lead
    start, end = list(sentences_in(lead, [(0, len(lead))]))[-1]
    return lead[start:end][-LEAD_LIMIT:]


def title(words: str, limit: int = TITLE_LIMIT) -> str:
    """A heading for people: no marks, no trailing punctuation, cut between words."""
    words = plain(words)
    words = words.strip("#*_`~ |").rstrip(":：。.，,；; ") or words
    if len(words) <= limit:
        return words
    cut = words[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,，;；:：") + "…"
