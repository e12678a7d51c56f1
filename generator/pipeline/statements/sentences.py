"""Where one sentence ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .force import has_force, has_modal
from .language import HAN, width
from .lines import trim

Stretch = tuple[int, int]

# What no sentence ends inside of; bounded, so that one stray quotation mark cannot swallow the text.
_PROTECTED = re.compile(
    r"https?://[^\s，。；）]+|`[^`\n]{1,300}`|\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|「[^」\n]{1,300}」"
    r"|『[^』\n]{1,300}』|《[^》\n]{1,300}》"
    r"|\((?:[^()\n]|\([^()\n]{0,100}\)){1,300}\)|（[^（）\n]{1,300}）"
)
_END = re.compile(r"[.!?]+[)\"”’*_]*(?=\s|$)|[。！？]+[”’」』）*_]*|\.(?=[A-Z][a-z]+\s)|；")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"])(?:(?i:e\.g|i\.e|vs|cf|approx|resp|incl|excl|nos?|fig|ch|eq|ref|mrs?|dr|prof"
    r"|st|inc|ltd|co"
    r"|corp|dept|ver|v|pp?|al|est|u\.s|u\.k)|[A-Z]|(?<!\d )[b-z])\.$"
)
_MAY_END = re.compile(r"(?:^|[\s(\[\d])(?:etc|min|max|sec|a\.m|p\.m|ms|h|s)\.$", re.I)
_WORD = re.compile(r"\w")
_CONTINUES = re.compile(r"(?:so that|in order|以便|从而|这样|以此)", re.I)
_STORY_PART = re.compile(
    r"(?:I (?:want|would|need|can|should|must|wish)\b|so that\b|in order to\b|我(?:想|希望|要|需要|可以|能)"
    r"|以便|从而|这样|so\b)",
    re.I,
)
_OPEN_END = re.compile(
    r"(?:[,，、(（:：-]|\b(?:and|or|the|a|an|of|to|with|within|after|before|than|least|most|every|between|for|by|from|at|that|which|is|are|be|must"
    r"|shall|can|as))$",
    re.I,
)
_SUBJECT = re.compile(
    r"(?:系统|用户|管理员|平台|学生|老师|教师|会员|商家|买家|卖家|客户|点击|当|如果|若|支持|可以|必须|不得|禁止|允许|\d|[（(])"
)
WRAPPED_FROM_COLUMNS = 60
LOOK_BACK, LOOK_AHEAD = 120, 60  # characters that decide whether a sentence ends


def sentences_in(text: str, lines: Sequence[Stretch]) -> Iterator[Stretch]:
    """The sentences of a paragraph that is given as its lines."""
    for start, end in _runs(text, lines):
        yield from _split(text, start, end)


def _runs(text: str, lines: Sequence[Stretch]) -> Iterator[Stretch]:
    """Join lines that were only wrapped; keep apart lines that are statements of their own."""
    widest = max(width(text[start:end]) for start, end in lines)
    wrapped = any(text[start].islower() for start, _ in lines[1:])
    begin = lines[0][0]
    for (start, end), (following, close) in pairwise(lines):
        if not _goes_on(text[start:end], text[following:close], wrapped, widest):
            yield begin, end
            begin = following
    yield begin, lines[-1][1]


def _goes_on(line: str, following: str, wrapped: bool, widest: int) -> bool:
    """Whether the sentence at the end of `line` continues on the next one."""
    if _STORY_PART.match(following):
        return True
    if line.endswith((".", "。", "!", "！", "?", "？", "；", ";")):
        return False
    if following[0].islower() or _OPEN_END.search(line[-20:]):
        return True
    if following[0].isascii():
        return wrapped and following[0].isalnum()
    return not _SUBJECT.match(following) and widest >= WRAPPED_FROM_COLUMNS and width(line) * 4 >= widest * 3


def _split(text: str, start: int, end: int) -> Iterator[Stretch]:
    passage = text[start:end]
    begin = checked = 0
    wordy = False
    for finish in _ends(passage):
        wordy = wordy or bool(_WORD.search(passage, checked, finish))
        checked = finish
        if wordy and _is_whole(
            passage[max(begin, finish - LOOK_BACK) : finish], passage[finish : finish + LOOK_AHEAD]
        ):
            yield trim(text, start + begin, start + finish, "；")
            begin = finish
            wordy = False
    rest = trim(text, start + begin, end)
    if rest[0] < rest[1]:
        yield rest


def _is_whole(ending: str, following: str) -> bool:
    following = following.lstrip()
    if not following or _CONTINUES.match(following):
        return False
    if ending.endswith("；"):
        return has_force(ending) and has_modal(following.partition("；")[0])
    if ending.endswith("."):
        if _MAY_END.search(ending[-8:]):
            return following[0].isupper()
        return not following[0].islower() and not _ABBREVIATION.search(ending[-12:])
    return following[0] not in "，,、；;）)"


def _ends(passage: str) -> Iterator[int]:
    """Candidates, outside of quotations, brackets, code and addresses."""
    guards = iter(_PROTECTED.finditer(passage))
    guard = next(guards, None)
    for match in _END.finditer(passage):
        while guard is not None and guard.end() <= match.start():
            guard = next(guards, None)
        if (
            guard is None
            or match.start() < guard.start()
            or (
                guard.end() == match.end()
                and re.match(rf"\s+[A-Z]|\s*$|\n[{HAN}]", passage[match.end() : match.end() + 8])
            )
        ):
            yield match.end()
