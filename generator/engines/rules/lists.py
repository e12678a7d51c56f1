"""Lists in a sentence: fields, choices, kinds of files; a case for each element where that means something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.engines.rules.fields import field_slots, is_required
from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.statement import Statement
from generator.engines.rules.words import ACTIONS, THINGS, Word

ELEMENTS_PER_ITEM = 5
# What Ada changes hers to: not what she has already.
_NEW_VALUES = {"email": "ada.lin@example.org", "password": "Summer#2032"}

_EXTENSIONS = {"word": "docx", "excel": "xlsx", "powerpoint": "pptx", "jpeg": "jpg"}
_FILE_KIND = re.compile(
    r"(?<![A-Za-z.])(txt|pdf|docx?|xlsx?|csv|png|jpe?g|gif|webp|svg|word|excel|powerpoint|pptx?|zip|mp[34]|json|xml)(?![A-Za-z])",
    re.I,
)
_FILE_TALK = re.compile(
    r"file|upload|import|export|format|attach|image|document|文件|上传|导入|导出|格式|附件|图片", re.I
)
_INTRODUCED = re.compile(
    r"(?::(?!\s*the (?:system|app|page|server|user)\b)|\bincluding\b|\bsuch as\b|\bnamely\b|\bone of\b|\beither\b|\be\.g\.)\s*:?\s*(?:its |the )?([^.;:()]{5,240})",
    re.I,
)
_ENGLISH_SPLIT = re.compile(r",\s*(?:and |or )?|\s+(?:and|or)\s+", re.I)
_CHINESE_RUN = re.compile(
    r"[（(]\s*([^（）()]{3,80}?)\s*[）)]|([\u4e00-\u9fffA-Za-z0-9/]{1,14}(?:、[\u4e00-\u9fffA-Za-z0-9/]{1,10})+)"
)
_CHINESE_SPLIT = re.compile(r"[、，,]|(?<=[\u4e00-\u9fff])[和或及](?=[\u4e00-\u9fff])")
_LEAD = re.compile(
    r".*(?:支持|包括|包含|例如|比如|如|分为|提供|有|按|修改|编辑|查看|显示|展示|输入|设置|通过|选择|使用|进行|用户的|的)"
)
_DEEDS = frozenset(
    {
        "create",
        "edit",
        "delete",
        "search",
        "upload",
        "download",
        "share",
        "comment",
        "favourite",
        "reserve",
        "view",
        "cancel",
        "import",
        "export",
        "login",
        "register",
        "publish",
        "approve",
    }
)
_TAIL = re.compile(r"等.*$|[一二三四五六七八九十两\d]+[种类个项].*$|[…。.]+$")


def lists(statement: Statement) -> Iterator[Finding]:
    kinds = file_kinds(statement.focus)
    if kinds and _FILE_TALK.search(statement.text):
        yield from _files(statement, kinds)
        return
    quote, elements = elements_of(statement.focus)
    if (
        len(elements) > 1
        and not is_required(statement)
        and not any(action.word.key == "usability" for action, _ in statement.actions)
        and not any(_is_deed(element) for element in elements)
    ):
        yield from _elements(statement, quote, elements[:ELEMENTS_PER_ITEM])


def file_kinds(text: str) -> list[str]:
    found = (kind.lower() for kind in _FILE_KIND.findall(text))
    return list(dict.fromkeys(_EXTENSIONS.get(kind, kind) for kind in found))[:ELEMENTS_PER_ITEM]


def elements_of(text: str) -> tuple[str, list[str]]:
    """The list of a text and its elements; none if it has no list."""
    found = _INTRODUCED.search(text)
    if found and not re.search(r"[\u4e00-\u9fff]", found[1]):
        parts = [part.strip() for part in _ENGLISH_SPLIT.split(found[1])]
        if len(parts) > 1 and all(0 < len(part.split()) <= 5 for part in parts):
            return found[1].strip(), list(dict.fromkeys(parts))
    for run in _CHINESE_RUN.finditer(text):
        quote = (run[1] or run[2]).strip()
        parts = [_TAIL.sub("", part).strip() for part in _CHINESE_SPLIT.split(quote)]
        parts[0] = _LEAD.sub("", parts[0])
        parts = [part for part in dict.fromkeys(parts) if part]
        if len(parts) > 1 and re.search(r"[\u4e00-\u9fff]", quote) and all(len(part) <= 12 for part in parts):
            return quote, parts
    return "", []


def _files(statement: Statement, kinds: list[str]) -> Iterator[Finding]:
    separator = ", " if statement.language == "en" else "、"
    quote = statement.focus
    does = {action.word.key for action, _ in statement.actions}
    sheet = (
        "export_type" if "export" in does or ("download" in does and "upload" not in does) else "file_type"
    )
    for nth, kind in enumerate(kinds, start=2):
        yield Finding(sheet, clip(kind), {"ext": kind, "filename": f"list.{kind}", "nth": str(nth)})
    if sheet == "file_type":
        yield Finding("file_type_refused", clip(quote), {"first": kinds[0], "all": separator.join(kinds)})


def _elements(statement: Statement, quote: str, elements: list[str]) -> Iterator[Finding]:
    does = statement.actions[0][0].word.key if statement.actions else ""
    words = [_word(element, statement) for element in elements]
    names = [word.name(statement.language) for word in words]
    separator = ", " if statement.language == "en" else "、"
    everything = {"all": separator.join(names), "count": str(len(names))}
    if does in {"view", "attend", "history"}:
        yield Finding("elements_shown", clip(quote), everything)
        return
    sheet = {"edit": "element_edit", "create": "element_part"}.get(does, "element_value")
    for nth, word in enumerate(words, start=2):
        name = word.name(statement.language)
        rest = separator.join(other for other in names if other != name)
        slots = field_slots(statement, word) | everything | {"rest": rest, "nth": str(nth)}
        if sheet == "element_edit":
            slots["good"] = _NEW_VALUES.get(word.key, slots["good"])
        yield Finding(sheet, clip(name), slots)
    if sheet == "element_value":
        yield Finding("element_other", clip(quote), everything)


def _is_deed(element: str) -> bool:
    """ "新增、修改和删除" lists what is done, not what it is done to."""
    return any(
        seen.word.key in _DEEDS and seen.end - seen.start > len(element) / 2 - 1
        for seen in ACTIONS.by_rank(element)
    )


def _word(element: str, statement: Statement) -> Word:
    """A known thing where the whole element is one, else the element in its own words."""
    element = element.strip(" .…“”\"'")
    for seen in THINGS.sightings(element):
        is_whole = seen.start == 0 and seen.end == len(element)
        if is_whole and (
            statement.is_foreign or seen.word.name(statement.language).lower() == element.lower()
        ):
            return seen.word
        if is_whole:
            return Word(seen.word.key, element, element, element, seen.word.names)
    return Word("element", clip(element), clip(element), clip(element))
