"""Words that no test can measure, and the question that each of them asks."""

from __future__ import annotations

import re

from generator.drafts import Language, Passage, Question, Span

_VAGUE = re.compile(
    r"""(?xi)
    (?<![A-Za-z-])(?:
        user[- ]friendly | easy[- ]to[- ]\w+ | easily | easy | simple | simply | intuitive(?:ly)? | convenient(?:ly)?
        | fast(?:er)? | quick(?:ly|er)? | rapid(?:ly)? | slow | responsive | efficient(?:ly)? | smooth(?:ly)? | seamless(?:ly)?
        | appropriate(?:ly)? | adequate(?:ly)? | sufficient(?:ly)? | reasonabl[ey] | suitabl[ey] | proper(?:ly)? | acceptable
        | robust | reliabl[ey] | stable | secure(?:ly)? | flexibl[ey] | scalable | maintainable | powerful | modern | nice(?:ly)?
        | attractive | beautiful | clean | clear(?:ly)? | good | better | best | high[- ]performance | high[- ]quality
        | state[- ]of[- ]the[- ]art | as\s+soon\s+as\s+possible | asap | in\s+a\s+timely\s+manner | timely | real[- ]time
        | at\s+once | immediate(?:ly)? | prompt(?:ly)? | at\s+any\s+time | (?:in\s+)?different\s+ways | readable | legible | regularly | frequently
        | as\s+(?:needed|required|appropriate) | if\s+(?:necessary|needed|possible) | where\s+possible | minimal | optimal
        | several | various | many | some | a\s+few | a\s+lot\s+of | large | small | normally | usually | generally
        | approximately | etc\.? | and\s+so\s+on | and/or
    )(?![A-Za-z-])
    | (?:页面|界面|设计|功能)*(?:简洁明了|简单明了|整洁舒适|简洁|整洁|美观|友好|直观|清晰|大方)
    | 方便快捷 | 操作便捷 | 便捷 | 快捷 | 方便 | 快速 | 迅速 | 及时 | 尽快 | 尽量 | 尽可能 | 高效 | 流畅 | 稳定 | 可靠 | 易用 | 易上手
    | 某些 | 定期 | 随时 | 立即 | 良好 | 合理 | 适当 | 适量 | 适合 | 恰当 | 必要时 | 灵活 | 轻量化? | 高性能 | 高质量 | 较[高好快多大小] | 大量 | 若干 | 一定的? | 一些
    | 正常运行 | 等等 | 大约 | 左右(?!滑|移|切|键|两) | 大概 | 实时 | 先进 | 安全可靠 | 舒适 | 更好的?
    """,
)


def vague_words(text: str) -> list[tuple[str, int, int]]:
    """Each vague word of the text with its start and end."""
    return [(found[0], found.start(), found.end()) for found in _VAGUE.finditer(text)]


def questions_about_words(passage: Passage, language: Language) -> tuple[Question, ...]:
    """One for each vague word within an item, and one for each different word outside of them."""
    asked: set[str] = set()
    questions = []
    for word, start, end in vague_words(passage.text):
        span = Span(passage.document, passage.start + start, passage.start + end)
        if word.lower() not in asked or _in_item(span, passage):
            questions.append(Question(_question(word, language), span))
        asked.add(word.lower())
    return tuple(questions)


def _in_item(span: Span, passage: Passage) -> bool:
    return any(item.span.start <= span.start and span.end <= item.span.end for item in passage.candidates)


def _question(word: str, language: Language) -> str:
    if language == "en":
        return f"“{word}” cannot be measured. Which limit (a number, a time, a named list) decides whether it is met?"
    return f"“{word}”无法度量，请给出可验证的标准（数值、时限或明确的清单）。"
