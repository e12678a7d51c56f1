"""ZenTao's (禅道) CSV import: its template's columns, in UTF-8 without a BOM, which it would not skip."""

from __future__ import annotations

import re
from typing import Any

from generator.exports.contents import Contents, named_title, table_row
from generator.exports.csv_file import table

HEADINGS = {
    "module": "所属模块",
    "title": "用例标题",
    "preconditions": "前置条件",
    "steps": "步骤",
    "expected": "预期",
    "keywords": "关键词",
    "priority": "优先级",
    "type": "用例类型",
    "stage": "适用阶段",
}
TYPES = {
    "functional": ("功能测试", "功能测试阶段"),
    "interface": ("接口测试", "集成测试阶段"),
    "performance": ("性能测试", "系统测试阶段"),
    "security": ("安全相关", "系统测试阶段"),
    "compatibility": ("配置相关", "系统测试阶段"),
    "usability": ("其他", "系统测试阶段"),
}
PRIORITIES = {"P0": "1", "P1": "2", "P2": "3", "P3": "4"}
FURTHER_NUMBER = re.compile(r"^ +(?=\d+[.、])", re.MULTILINE)
"""Within a step ZenTao would begin another one there: it trims each line before it looks."""


def write(contents: Contents) -> bytes:
    return table(HEADINGS, map(_row, contents.cases)).encode()


def _row(case: dict[str, Any]) -> dict[str, str]:
    row = table_row(case)
    kind, stage = TYPES[case["type"]]
    return {
        "module": f"/{case['section']}",
        "title": named_title(case),
        "preconditions": "\n".join(
            filter(None, [row["preconditions"], case["data"] and f"测试数据：{case['data']}"])
        ),
        "steps": FURTHER_NUMBER.sub("· ", row["steps"]),
        "expected": FURTHER_NUMBER.sub("· ", row["expected"]),
        "keywords": ",".join([case["key"], *case["requirements"], *case["tags"]]),
        "priority": PRIORITIES[case["priority"]],
        "type": kind,
        "stage": stage,
    }
