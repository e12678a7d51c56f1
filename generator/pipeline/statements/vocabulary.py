"""What the words of a title or label say about the text under it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache


class Standing(IntEnum):
    """How much a statement must say for itself to count."""

    INFORMATIVE = 0
    OVERVIEW = 1
    NORMATIVE = 2


_FILLERS = """
and or of the this that a an to for in on with document documents project product products system
software general business overall
intended list reading suggestions requirements requirement specification srs related key other user
users history classes
about our application app
编写 编制 文档 文件 项目 产品 系统 软件 业务 需求 开发 研究 市场 用户 行业 相关 总体 整体 实现 上 的
及 和 与 或 、 以及 说明 本 编者 主要 其他
分析 情况 技术 标准 规范 方面
"""
_INFORMATIVE = """
purpose background introduction preface foreword references reference bibliography glossary
definitions definition terms
terminology acronyms abbreviations revision changelog audience motivation stakeholders stakeholder
competitors competition acknowledgements acknowledgments sign-off rationale
non-goals mockups wireframes prototypes authors disclaimer
目的 背景 排期 引言 前言 序言 导言 简介 介绍 参考资料 参考文献 参考 文献 术语 定义 名词解释 名词 缩略语
缩略词 缩写词 缩写 词汇表 词汇 解释
修订历史 修订记录 修改记录 变更记录 变更历史 版本记录 版本历史 更新日志 目录 读者 预期读者 预期用户 目标用户
用户群体 受众 致谢 动机
范围外 不在范围 不在范围内 非目标 竞品 对比 优势 劣势 优缺点 优点 缺点 干系人 意义 现状
类图 活动图 用例图 时序图 序列图 流程图 架构图 部署图 状态图 结构图 界面原型 原型图 原型 插图 图示
"""
_OVERVIEW = """
overview scope perspective assumptions assumption dependencies dependency constraints constraint
limitations limitation characteristics context vision goals goal objectives objective summary
remarks approval approvals
概述 综述 概况 概览 总述 限制 约束 假设 依赖 范围 特征 特点 愿景 目标 摘要 备注 注释 团队 合作 里程碑
风险
"""
_OUT_OF_SCOPE = re.compile(
    r"\b(?:out[ -]of[ -]scope|not in scope|non-goals|table of contents|open (?:questions|issues)"
    r"|(?:document|change) (?:history|log)|definition of (?:done|ready))\b"
    r"|^contents$|待定|待确认|不在.{0,6}范围|(?:项目|开发|实施|工作)(?:计划|进度|安排|预算)|\bwho(?: is|'s) who\b"
    r"|\bnot (?:in|part of) (?:this|the) (?:release|version|sprint|scope)\b|\bfuture (?:work|releases?|versions?)\b"
    r"|不(?:包括|包含)(?:的?(?:内容|范围|功能))?$|\bproject (?:schedule|plan"
    r"|timeline|budget|team)\b",
    re.I,
)
_DESCRIBING = re.compile(
    r"^(?:overall|general|product|system|project) descriptions?$|^(?:业务|产品|项目|系统|总体|整体)描述$",
    re.I,
)
_NORMATIVE_LIST = re.compile(r"(?:功能|需求|要求).{0,3}(?:描述|说明|列表|清单)$")
_NORMATIVE = re.compile(
    r"\b(?:requirements?|features?|functions?|functional\w*|rules?|acceptance|criteria|stories"
    r"|story|scenarios?|use cases?"
    r"|interfaces?|apis?|endpoints?|behaviou?rs?|shall|must)\b"
    r"|需求|要求|功能|特性|规则|验收|用例|场景|故事|接口|流程|性能|安全|可靠|可用性|属性",
    re.I,
)

# Labels ("Actor: …") of what describes a statement and is none itself.
_ABOUT = """
actor actors primary secondary supporting priority author authors owner trigger triggers
precondition preconditions pre-condition pre-conditions frequency use case estimate points epic
sprint
stakeholder stakeholders assignee reporter reviewer approver prerequisite prerequisites example
examples
文档编号 文件编号 参与者 参与 次要 执行者 操作者 前置条件 前提条件 前提 前置 优先级 作者 用例 触发 触发条件 触发事件 触发器
频率 负责人 创建人
估算 迭代 示例 例如 例 举例 姓名 参加者 使用者 编写人 审核人 评审 联系人 需求编号 需求 适用
"""
# The same, unless what follows demands something: "Name: Login", but "Name: at most 50 characters".
_PERHAPS_ABOUT = """
date version status id identifier name title source level created updated tags tag labels label
module email number role roles
environment tools tool goal summary dependencies risk
角色 日期 版本 版本号 状态 编号 序号 名称 标识 来源 创建时间 更新时间 标签 标题 模块 目标 级别 需求
"""
# Labels that only announce; a statement under one reads no better for carrying it.
_GENERIC = """
acceptance criteria criterion requirements requirement functional non-functional rules rule business
features feature notes
note steps step main flow basic alternative alternate normal exception exceptions exceptional flows
course of events success scenario
scenarios postconditions postcondition post-conditions result results details detail description the
following follows as
items list specification extensions extension user stories story validation functions main path
general apply applies below
验收 标准 准则 条件 功能 需求 规则 业务 说明 描述 步骤 主 基本 备选 替代 异常 正常 主流程 事件 流
流程 后置条件 后置 结果 详情 具体 如下 以下 下 要求 所示 内容
包括 的 非功能性 功能性 性 主要 扩展 分支 点 列表 故事 用户 系统 需 满足 应
"""
_STATUS_OF_NOTE = frozenset(
    [
        "note",
        "notes",
        "rationale",
        "reason",
        "remark",
        "remarks",
        "tip",
        "hint",
        "why",
        "because",
        "comment",
        "注",
        "备注",
        "注意",
        "理由",
        "原因",
        "提醒",
        "注释",
        "补充",
    ]
)

_WORD = re.compile(r"[a-z][a-z'-]*|[^\W\d_]|[^\sa-z]", re.I)


def _set(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


_TITLE_FILLERS = _set(_FILLERS)
_TITLE_INFORMATIVE = _set(_INFORMATIVE)
_TITLE_OVERVIEW = _set(_OVERVIEW)
_LABEL_ABOUT = _set(_ABOUT)
_LABEL_PERHAPS_ABOUT = _set(_PERHAPS_ABOUT)
_LABEL_FILLERS = _set("s the of and test data 的 和 与 、 / & 用户 业务 s) (s")
_LABEL_GENERIC = _set(_GENERIC)


@lru_cache(maxsize=2048)
def standing_of(title: str) -> Standing | None:
    """What a heading says of the text below it; None when it says nothing, and its parent's word holds."""
    if _OUT_OF_SCOPE.search(title):
        return Standing.INFORMATIVE
    if _NORMATIVE_LIST.search(title):
        return Standing.NORMATIVE
    if _composed_of(title, _TITLE_INFORMATIVE, _TITLE_FILLERS):
        return Standing.INFORMATIVE
    if _DESCRIBING.search(title) or _composed_of(title, _TITLE_OVERVIEW, _TITLE_FILLERS | _TITLE_INFORMATIVE):
        return Standing.OVERVIEW
    return Standing.NORMATIVE if _NORMATIVE.search(title) else None


@lru_cache(maxsize=2048)
def is_about(label: str) -> bool:
    """Whether "label: …" describes a statement (who, when, how urgent) and states nothing."""
    return _composed_of(label, _LABEL_ABOUT, _LABEL_FILLERS)


@lru_cache(maxsize=2048)
def is_perhaps_about(label: str) -> bool:
    return _composed_of(label, _LABEL_PERHAPS_ABOUT, _LABEL_ABOUT | _LABEL_FILLERS)


@lru_cache(maxsize=2048)
def is_note(label: str) -> bool:
    return label.strip().lower() in _STATUS_OF_NOTE


@lru_cache(maxsize=2048)
def is_generic(label: str) -> bool:
    return not re.search(r"\d", label) and _composed_of(label, _LABEL_GENERIC, frozenset())


def _composed_of(title: str, wanted: frozenset[str], allowed: Iterable[str]) -> bool:
    """Whether nothing but these words makes up the title, one of the wanted among them.

    "Background" and "Project background and purpose" are; "Background jobs" is the name of a feature.
    """
    known = wanted | frozenset(allowed)
    found = False
    for run in re.findall(r"[a-z][a-z'-]*|[\u3400-\u9fff、]+(?:图)?", title.lower()[:120]):
        words = [run] if run.isascii() else _han_words(run, known)
        if words is None or any(word not in known for word in words):
            return False
        found = found or any(word in wanted for word in words)
    return found


def _han_words(run: str, known: frozenset[str]) -> list[str] | None:
    """Greedy, longest first: titles are short, and the lists hold the longer words too."""
    words = []
    at = 0
    while at < len(run):
        length = next(
            (size for size in range(6, 0, -1) if run[at : at + size] in known and at + size <= len(run)), 0
        )
        if not length:
            return None
        words.append(run[at : at + length])
        at += length
    return words
