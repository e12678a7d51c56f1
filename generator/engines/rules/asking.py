"""What a requirement leaves open: put to the tester as questions, never guessed away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.drafts import Language, Passage, Question, Span
from generator.engines.rules.contradicting import contradictions
from generator.engines.rules.vague import questions_about_words

_LEFT_OPEN = re.compile(
    r"(?im)^[\s>*+-]*(?:open(?: question| point)?|question|todo|tbd|tbc|to be (?:decided|confirmed|defined))\s*[:：-]\s*(\S[^\n]{3,200})"
    r"|[^\n。；.!?？]{0,60}(?:待确认|待定|待讨论|尚未确定|to be (?:decided|confirmed|defined|discussed)|\bTB[CD]\b)[^\n。；]{0,40}"
)
_INCLUSIVE = re.compile(
    r"[\d零一二两三四五六七八九十百千万]+(?:\.\d+)?\s?[^\d\s，。；、]{0,5}?以[上下](?!版本)(?![^，。；]{0,4}含)"
)
_OPEN_LIST = re.compile(
    r"[^\s,，、;；.。:：(（]{1,20}(?:[,，、]\s?[^\s,，、;；.。:：(（]{1,20})+\s?(?:…+|\.{3}|等等?(?=[，。；、)）的类]|$))"
)
_UPLOAD = re.compile(r"\bupload|\battach|\badding an image|using a file|上传|附件|导入", re.I)
_SIZE = re.compile(r"\d\s?(?:[KMG]I?B|bytes|兆|字节)\b", re.I)
_PASSWORD = re.compile(r"\bpasswords?\b|密码", re.I)
_PASSWORD_RULE = re.compile(
    r"password[^.\n]{0,60}\d|\d[^.\n]{0,30}password|密码[^。\n]{0,30}\d|\d[^。\n]{0,10}密码", re.I
)
_SET_PASSWORD = re.compile(
    r"\b(?:set|change|modify|register|create|choose|reset)\w*\b|设置|修改|注册|找回|重置", re.I
)


def questions_about(passage: Passage, language: Language) -> tuple[Question, ...]:
    """In the order of the text, the same place asked about once."""
    asked = [
        *questions_about_words(passage, language),
        *_left_open(passage, language),
        *_inclusive(passage, language),
        *_open_lists(passage, language),
        *_unbounded(passage, language),
        *contradictions(passage, language),
    ]
    asked.sort(key=lambda question: (question.span.start, question.span.end) if question.span else (0, 0))
    return tuple(dict.fromkeys(asked))


def _left_open(passage: Passage, language: Language) -> Iterator[Question]:
    for found in _LEFT_OPEN.finditer(passage.text):
        start, end = found.span(1) if found[1] else found.span()
        words = passage.text[start:end].strip()
        if language == "en":
            yield Question(f"“{words}” is left open. What has been decided?", _span(passage, start, end))
        else:
            yield Question(f"“{words}”尚未确定，最终结论是什么？", _span(passage, start, end))


def _inclusive(passage: Passage, language: Language) -> Iterator[Question]:
    for found in _INCLUSIVE.finditer(passage.text):
        if language == "en":
            yield Question(f"Does “{found[0]}” include the number itself?", _span(passage, *found.span()))
        else:
            yield Question(f"“{found[0]}”是否包含该数值本身？", _span(passage, *found.span()))


def _open_lists(passage: Passage, language: Language) -> Iterator[Question]:
    for item in passage.candidates:
        for found in _OPEN_LIST.finditer(item.quote):
            span = Span(item.span.document, item.span.start + found.start(), item.span.start + found.end())
            if language == "en":
                yield Question(f"The list “{found[0]}” does not end. Which values belong to it?", span)
            else:
                yield Question(f"“{found[0]}”没有列全，完整的取值有哪些？", span)


def _unbounded(passage: Passage, language: Language) -> Iterator[Question]:
    """What everybody must be able to bound and this text doesn't: the size of files, the form of passwords."""
    english = language == "en"
    upload = next((item for item in passage.candidates if _UPLOAD.search(item.quote)), None)
    if upload and not _SIZE.search(passage.text):
        told = (
            "How large may a file be, and of which kinds?"
            if english
            else "文件的大小上限和允许的类型是什么？"
        )
        yield Question(f"“{upload.quote[:80]}”: {told}", upload.span)
    secret = next(
        (
            item
            for item in passage.candidates
            if _PASSWORD.search(item.quote) and _SET_PASSWORD.search(item.text)
        ),
        None,
    )
    if secret and not _PASSWORD_RULE.search(passage.text):
        told = (
            "Which passwords are allowed (length, characters)?" if english else "密码的长度和字符要求是什么？"
        )
        yield Question(f"“{secret.quote[:80]}”: {told}", secret.span)


def _span(passage: Passage, start: int, end: int) -> Span:
    return Span(passage.document, passage.start + start, passage.start + end)
