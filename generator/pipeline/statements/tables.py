"""Tables: each row that demands something, with its cells named by their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.drafts import ItemKind

from .force import has_force, has_modal
from .language import is_chinese, width
from .lines import trim
from .readings import plain
from .sentences import Stretch
from .vocabulary import Standing, is_about, is_perhaps_about, standing_of

Cells = list[Stretch]

LABEL_COLUMNS = 24

_RULE = re.compile(r"[|\s:+-]+$")
_NUMBER_COLUMN = re.compile(
    r"(?:no\.?|nr\.?|#|id|(?:req(?:uirement)?|rule|case|story)?\.? ?(?:id|no\.?|number)|ref\.?|key"
    r"|序号|编号|需求编号|用例编号|规则编号|标识)$",
    re.I,
)
_STATEMENT_COLUMN = re.compile(
    r"(?:requirements?|statement|description|rule|details?|acceptance criteri(?:a|on)|user story"
    r"|story|expected(?: result| behaviou?r)?"
    r"|需求|需求描述|描述|说明|内容|规则|要求|功能描述|验收标准|预期结果)$",
    re.I,
)
_STORY_COLUMN = re.compile(r"(?:as an?\b|作为)", re.I)
_ASIDE_COLUMN = re.compile(
    r"(?:priority|prio|status|owner|author|source|version|date|sprint|moscow|优先级|状态|负责人|来源|版本|日期"
    r"|作者)$",
    re.I,
)
_HISTORY = re.compile(
    r"(?:version|date|author|revision|change[sd]?(?: by)?|reason|editor|版本号?|日期|修订(?:人|日期|内容)?"
    r"|修改(?:人|日期|内容)?|作者|变更(?:人|日期|内容)?)$",
    re.I,
)
_INFORMATIVE_FIRST = re.compile(
    r"(?:terms?|abbreviations?|acronyms?|stakeholders?|members?|contacts?|risks?|milestones?"
    r"|phases?|competitors?|documents?|references?"
    r"|术语|名词|缩写|缩略语|词汇|干系人|成员|联系人|风险|里程碑|阶段|竞品|文档|参考文献)$",
    re.I,
)
_DATA = re.compile(
    r"\b(?:field|type|length|format|default|required|mandatory|column|max|min)\b|字段|类型|长度|格式|必填"
    r"|默认值|取值",
    re.I,
)
_INTERFACE = re.compile(
    r"\b(?:method|path|endpoint|url|status code|http|parameter|request|response)\b|接口|路径|请求|参数|响应"
    r"|状态码|返回码|方法",
    re.I,
)
_RECORD_KEY = re.compile(
    r"(?:description|(?:main|basic|normal|alternative|alternate"
    r"|exception(?:al)?)(?: success)? (?:flow|scenario|course|path)s?|extensions?"
    r"|post-?conditions?|business rules?|exceptions?|goal|steps|solution|result|use case(?: name"
    r"| id)?|actors?|pre-?conditions?"
    r"|解决方法|解决方案|方案|基本流程|主流程|主事件流|基本事件流|备选流程|备选事件流|扩展流程|异常流程|异常事件流|后置条件|业务规则|描述|用例描述|流程|步骤"
    r"|需求|前置条件|参与者|用例名称|用例编号|姓名)$",
    re.I,
)
_NEED = re.compile(r"(?:需求|痛点|问题|need|problem|description|描述|用例描述|goal|目标)$", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells from the first to the last that is not empty, and how they read."""

    start: int
    end: int
    text: str
    label: str
    kind: ItemKind | None


def rows_in(text: str, lines: Sequence[Stretch]) -> Iterator[Row]:
    """The rows that state something; none for a glossary, a history or a list of people."""
    rules = [at for at, (start, end) in enumerate(lines) if _RULE.match(text[start:end])]
    rows = [cells_in(text, start, end) for at, (start, end) in enumerate(lines) if at not in rules]
    if not rows:
        return
    header = [plain(text[start:end]) for start, end in rows[0]]
    if _is_record(text, rows):
        yield from _fields(text, rows)
    elif rules[:1] == [1] or not any(has_modal(name) or width(name) > LABEL_COLUMNS * 2 for name in header):
        if not _is_informative(header):
            yield from (row for cells in rows[1:] if (row := _row(text, header, cells)))
    else:
        yield from (row for cells in rows if (row := _row(text, [], cells)))


def cells_in(text: str, start: int, end: int) -> Cells:
    """The cells' own stretches, empty ones too, without the outer bars."""
    mark = "|" if "|" in text[start:end] else "\t"
    edges = [start - 1, *(at for at in range(start, end) if text[at] == mark and text[at - 1] != "\\"), end]
    cells = [trim(text, left + 1, right) for left, right in pairwise(edges)]
    if mark == "|" and text[start] == "|":
        cells = cells[1:]
    return cells[:-1] if mark == "|" and text[end - 1] == "|" else cells


def _is_informative(header: Sequence[str]) -> bool:
    first = next((name for name in header if not _NUMBER_COLUMN.match(name)), "")
    return bool(_INFORMATIVE_FIRST.match(first)) or sum(bool(_HISTORY.match(name)) for name in header) >= 2


def _is_record(text: str, rows: Sequence[Cells]) -> bool:
    """Two columns whose first names the fields of one thing, as use cases are often written."""
    if any(len(cells) != 2 for cells in rows) or len(rows) < 2:
        return False
    keys = [plain(text[start:end]).rstrip(":：") for (start, end), _ in rows]
    return (
        all(width(key) <= LABEL_COLUMNS for key in keys)
        and sum(bool(_RECORD_KEY.match(key)) for key in keys) >= 2
    )


def _fields(text: str, rows: Sequence[Cells]) -> Iterator[Row]:
    """What the thing does; who it is for and what it needs only describe it."""
    names = [plain(text[start:end]).rstrip(":：") for (start, end), _ in rows]
    for name, ((begin, _), (start, end)) in zip(names, rows, strict=True):
        about = is_about(name) or is_perhaps_about(name) or (_NEED.match(name) and len(rows) > 2)
        if start < end and not about and standing_of(name) is not Standing.INFORMATIVE:
            value = plain(text[start:end])
            yield Row(begin, end, f"{name}：{value}" if is_chinese(value) else f"{name}: {value}", "", "flow")


def _row(text: str, header: Sequence[str], cells: Cells) -> Row | None:
    filled = [(at, start, end) for at, (start, end) in enumerate(cells) if start < end]
    if not filled or (
        len(cells) > 1 and len(filled) == 1 and not has_force(text[filled[0][1] : filled[0][2]])
    ):
        return None
    pairs = [(header[at] if at < len(header) else "", plain(text[start:end])) for at, start, end in filled]
    numbers = [value for name, value in pairs if _NUMBER_COLUMN.match(name)]
    label = numbers[0] if numbers and len(numbers[0]) <= LABEL_COLUMNS else ""
    told = [(name, value) for name, value in pairs if not _NUMBER_COLUMN.match(name)] or pairs
    return Row(filled[0][1], filled[-1][2], _reading(told), label, _kind(" ".join(header)))


def _reading(pairs: Sequence[tuple[str, str]]) -> str:
    """A row whose one column is the whole statement reads as that statement."""
    statements = [(name, value) for name, value in pairs if not _ASIDE_COLUMN.match(name)] or list(pairs)
    if len(statements) == 1 or not any(name for name, _ in statements):
        return "; ".join(value for _, value in statements)
    if _STORY_COLUMN.match(statements[0][0]):
        return ", ".join(f"{name.rstrip('.… ')} {value}" for name, value in statements)
    chinese = is_chinese("".join(name + value for name, value in statements))
    colon, comma = ("：", "；") if chinese else (": ", "; ")
    told = [value for name, value in statements if _STATEMENT_COLUMN.match(name) and has_modal(value)]
    if told and len(statements) == 2:
        return colon.join([*(value for _, value in statements if value != told[0]), told[0]])
    return comma.join(f"{name}{colon}{value}" if name else value for name, value in statements)


def _kind(header: str) -> ItemKind | None:
    if _STORY_COLUMN.match(header) or " I want" in header:
        return "flow"
    if _INTERFACE.search(header):
        return "interface"
    return "data" if _DATA.search(header) else None
