"""Rows of tables: a field with its rules, or a deed with the roles that may do it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.drafts import Language
from generator.engines.rules.fields import field_slots
from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.statement import FIELDS, Statement
from generator.engines.rules.words import THINGS, Word

_CELL = re.compile(r"\s*([^:：;；]{1,30})[:：]\s*([^;；]*)(?:[;；]|$)")
_FIELD_KEY = re.compile(
    r"(?:field|name|parameter|param|attribute|property|column|key|字段名?|名称|参数名?|属性|字段名称)$", re.I
)
_REQUIRED_KEY = re.compile(r"(?:required|mandatory|optional|是否必填|是否必须|必填|必选|必输)\??$", re.I)
_RULE_KEY = re.compile(
    r"(?:rules?|formats?|descriptions?|constraints?|values?|notes?|规则|格式|说明|描述|约束|取值|校验规则|要求)$",
    re.I,
)
_TYPE_KEY = re.compile(r"(?:data )?type$|(?:数据)?类型$", re.I)
_YES = re.compile(r"(?:yes|y|true|required|mandatory|allowed|x|是|必填|必须|允许|有)$|[√✓✔●]", re.I)
_NO = re.compile(r"(?:no|n|false|optional|denied|none|否|选填|非必填|可选|不允许|无)$|[×✗✘✕○—–-]$", re.I)
_MARK = re.compile(r"(?:yes|no|y|n|x|是|否|有|无|允许|不允许|allowed|denied|[√✓✔●×✗✘✕○—–-])$", re.I)
_ROLE_KEY = re.compile(r"(?:roles?|actors?|user|who|角色|用户|岗位|身份)$", re.I)
_RIGHT_KEY = re.compile(
    r"(?:permissions?|rights?|may|allowed|access|权限|可执行操作|操作权限|功能权限)$", re.I
)
_FORMAL = re.compile(
    r"\bstarts? with\b|\bformat\b|\bvalid\b|\bchecked\b|\bends? with\b|\bonly\b|以.{1,6}开头|以.{1,6}结尾|格式|合法|有效|只能|一致|校验",
    re.I,
)
_CHOICES = re.compile(
    r"^(?:one of |either |仅限|可选|取值)?[:：]?\s*[`“\"']?[^\s,、;；]{1,20}[`”\"']?(?:(?:,\s*|、|/|\s+or\s+|,\s*or\s+|或)[`“\"']?[^\s,、;；]{1,20}[`”\"']?)+$",
    re.I,
)
_SPLIT = re.compile(r",\s*(?:or\s+)?|、|/|\s+or\s+|或", re.I)


def cells_of(statement: Statement) -> list[tuple[str, str]]:
    """A row as the extractor reads it: "Field: E-mail; Required: yes"."""
    return [(found[1].strip(" `"), found[2].strip(" `")) for found in _CELL.finditer(statement.text)]


def rows(statement: Statement) -> Iterator[Finding]:
    cells = cells_of(statement)
    if (
        len(cells) > 1
        and _FIELD_KEY.match(cells[0][0])
        and any(
            _REQUIRED_KEY.match(key) or _TYPE_KEY.match(key) or _RULE_KEY.match(key) for key, _ in cells[1:]
        )
    ):
        yield from _field(statement, cells)


def permissions(statement: Statement) -> Iterator[Finding]:
    """ "Export: √ for the manager, × for the clerk": both ways, for every role of the row."""
    cells = cells_of(statement)
    if len(cells) == 2 and _ROLE_KEY.match(cells[0][0]) and _RIGHT_KEY.match(cells[1][0]):
        yield from _rights(statement, role=cells[0][1], deed=cells[1][1])
        return
    marked = [(key, value) for key, value in cells[1:] if _MARK.match(value)]
    if len(marked) < 2 or len(marked) < len(cells) - 2 or any(_REQUIRED_KEY.match(key) for key, _ in marked):
        return
    allowed = [key for key, value in marked if _YES.match(value)]
    refused = [key for key, value in marked if _NO.match(value)]
    join = (", " if statement.language == "en" else "、").join
    slots = {
        "deed": clip(cells[0][1], 60),
        "allowed": join(allowed) or "–",
        "refused": join(refused) or "–",
        "accounts": join(f"{role.lower().replace(' ', '.')}@example.com" for role, _ in marked),
        "table": join(f"{role}: {'+' if _YES.match(value) else '-'}" for role, value in marked),
    }
    if allowed:
        yield Finding("permission_given", clip(cells[0][1]), slots)
    if refused:
        yield Finding("permission_refused", clip(cells[0][1]), slots)


def _rights(statement: Statement, role: str, deed: str) -> Iterator[Finding]:
    english = statement.language == "en"
    others = f"everybody without the role {role}" if english else f"没有{role}角色的用户"
    slots = {
        "deed": clip(deed, 60),
        "allowed": role,
        "refused": others,
        "accounts": f"ada@example.com ({role}), carol@example.com"
        if english
        else f"ada@example.com（{role}）、carol@example.com",
        "table": f"{role}: +; {others}: -",
    }
    yield Finding("permission_given", clip(deed), slots)
    yield Finding("permission_refused", clip(deed), slots)


def _field(statement: Statement, cells: list[tuple[str, str]]) -> Iterator[Finding]:
    word = _word(cells[0][1])
    slots = field_slots(statement, word) | {"nth": "3", "blanks": '"   "'}
    for key, value in cells[1:]:
        if _REQUIRED_KEY.match(key) and _YES.match(value):
            yield Finding("required", f"{key}: {value}", slots)
        elif _REQUIRED_KEY.match(key) and _NO.match(value):
            yield Finding("optional", f"{key}: {value}", slots)
        elif _RULE_KEY.match(key) and _CHOICES.match(value) and not re.search(r"\d", value):
            yield from _choices(statement.language, value, slots)
        elif _RULE_KEY.match(key) and _FORMAL.search(value):
            yield Finding("field_rule", clip(value), slots | {"rule": clip(value, 60)})


def _choices(language: Language, value: str, slots: dict[str, str]) -> Iterator[Finding]:
    elements = [part.strip(" `“”\"'.") for part in _SPLIT.split(value) if part.strip(" `“”\"'.")][:6]
    join = (", " if language == "en" else "、").join
    for nth, element in enumerate(elements, start=2):
        others = join(each for each in elements if each != element)
        yield Finding("choice", clip(element), slots | {"choice": element, "rest": others, "nth": str(nth)})
    yield Finding("choice_other", clip(value), slots | {"all": join(elements), "count": str(len(elements))})


def _word(label: str) -> Word:
    for seen in THINGS.sightings(label):
        if seen.word.key in FIELDS:
            return Word(seen.word.key, label.lower(), label.lower(), label, seen.word.names)
    return Word("field", label, label, label, (f"{label} 1", f"{label} 2", f"{label}一", f"{label}二"))
