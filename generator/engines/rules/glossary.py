"""What a text calls things: its own definitions, as "term: meaning"."""

from __future__ import annotations

import re

TERMS_LIMIT = 60

_TITLE = re.compile(
    r"(?:#{1,6}\s*)?(?:[\d.]{1,8}|[一二三四五六七八九十]{1,3}[、.])?\s*"
    r"(?:definitions?(?: and \w+)*|glossary|terms?(?: and \w+)*|terminology|abbreviations|who(?: is|'s) who|术语(?:[与和]?(?:定义|缩略语))?|名词解释|定义|缩略语|词汇表)\s*[:：]?$",
    re.I,
)
_NEXT = re.compile(r"#{1,6}\s|[\d.]{1,8}\s+\S|[一二三四五六七八九十]{1,3}、|第.{1,3}[章节]")
_ENTRY = re.compile(
    r"[-*+•]?\s*[*_`“\"]*([^:：–—|\n]{1,40}?)[*_`”\"]*\s*(?:[:：]|\s[–—-]\s|——)\s*(\S.{2,300})$"
)
_ROW = re.compile(r"\|\s*([^|]{1,40}?)\s*\|\s*([^|]{3,300}?)\s*\|")
_SHORT = re.compile(
    r"([\u4e00-\u9fffA-Za-z ]{2,30}?)[（(](?:以下)?(?:简称|称为?|hereinafter|henceforth)(?: called)?[:：]?\s*[“\"「]([^”\"」]{1,30})[”\"」]",
    re.I,
)


def glossary_in(text: str) -> tuple[str, ...]:
    terms: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        line = line.strip()
        if _TITLE.match(line):
            inside = True
        elif inside and _NEXT.match(line):
            inside = False
        elif inside and (found := _ROW.match(line) or _ENTRY.match(line)):
            terms.setdefault(found[1].strip(), found[2].strip())
    for found in _SHORT.finditer(text):
        terms.setdefault(found[2], found[1].strip())
    return tuple(f"{term}: {meaning}" for term, meaning in terms.items() if not set(term) <= set("-: "))[
        :TERMS_LIMIT
    ]
