"""What a line starts with: bullets, numbers and identifiers of the document's own."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from .language import HAN

Style = Literal[
    "bullet", "dotted", "simple", "bare", "paren", "circled", "han", "chapter", "letter", "step", "identifier"
]

_BULLET = re.compile(
    rf"(?:[-+*•·●○◦▪■□◆◇►▶➢➤✓✔√–—‣⁃∙][ \t\u00a0\u3000]+"
    rf"|[-+•·●○◦▪■□◆◇►▶➢➤✓✔√–—‣⁃∙](?=[A-Za-z{HAN}“（【《「])"
    rf"|\*(?=[{HAN}][^*]*$))"
    r"(?:\[[ xX]\]\s+)?"
)
_HAN_NUMBER = "[一二三四五六七八九十百]{1,4}"
_MEASURES = "次个分秒天位条年月日种名级小台件张页字元倍人"
_UNITS = (
    r"(?:m?s|sec(?:onds?)?|min(?:utes?)?|h(?:ours?)?|days?|[KMGT]i?B|k?m|[ck]?g|cm|mm|px|x|times|%"
    r"|percent|秒|分|小时|天|元|版|及|以|倍)"
)
_KNOWN_NAMES = (
    r"(?:UTF|SHA|ISO|AES|RFC|GB|GBT|IEEE|IEC|ECMA|TLS|HTTP|MP|CVE|RSA|DES|COVID|USB|ASCII|WCAG"
    r"|BIG)"
)
_PREFIXES = r"(?:N?FR|R|REQ|Req|US|UC|AC|BR|SR|TC|RQ|UR|NF|BUG|CR)"

_NUMBERS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    (
        "paren",
        re.compile(rf"[(（]\s*(\d+(?:\.\d+)*[a-z]?|[A-Za-z]|[ivx]{{2,5}}|{_HAN_NUMBER})\s*[)）][.、:：]?\s*"),
    ),
    ("circled", re.compile(r"([①-⑳㈠-㈩❶-❿])[.、]?\s*")),
    ("chapter", re.compile(rf"第\s*({_HAN_NUMBER}|\d+)\s*[章节篇]\s*[:：.、]?\s*")),
    (
        "chapter",
        re.compile(
            r"(?:Chapter|CHAPTER|Section|SECTION|Part|PART|Appendix|APPENDIX)\s+(\d+(?:\.\d+)*"
            r"|[A-Z])\b[.:]?\s*"
        ),
    ),
    ("identifier", re.compile(rf"第\s*({_HAN_NUMBER}|\d+)\s*条\s*[:：.、]?\s*")),
    (
        "dotted",
        re.compile(
            rf"(\d+(?:[.．]\d+){{1,5}})(?:[.)）、．:：]\s*|\s+(?!{_UNITS}(?:\W|$))|(?=[{HAN}])(?!{_UNITS}))"
        ),
    ),
    ("step", re.compile(r"(\d{1,3}[a-z]\d?)[.):：]\s*")),
    (
        "simple",
        re.compile(r"(?!(?:19|20)\d\d|[1-5]\d\d[:：])(\d{1,4})(?:[.．](?!\d)\s*|[、)）]\s*|[:：]\s+)"),
    ),
    ("bare", re.compile(rf"(\d{{1,3}})(?:\t\s*|[ \u3000]+(?![{_MEASURES}])(?=[A-Z{HAN}]))")),
    ("han", re.compile(rf"({_HAN_NUMBER})[、.．]\s*")),
    (
        "identifier",
        re.compile(
            rf"(?:\*\*|\[|【)?(?!{_KNOWN_NAMES}[-_ ]?\d)"
            rf"((?:[A-Z][A-Za-z]{{0,11}}[-_]){{1,3}}\d+(?:[.-]\d+)*[a-z]?|{_PREFIXES}[ -]?\d+(?:\.\d+)*)(?![\w])"
            r"(?:\*\*|\]|】)?(?:\s*[:：.)、|]\s*(?:\*\*)?|\s+[-–—]\s+|\s+|$)\s*"
        ),
    ),
    (
        "identifier",
        re.compile(
            r"(?:\*\*)?(?:(?:[Rr]equirement|[Rr]ule|[Ss]tory|[Uu]ser [Ss]tory|[Ss]tep|[Cc]riterion)\s*#?"
            r"|需求|规则|步骤|条款)\s*"
            r"(\d+(?:\.\d+)*)\s*(?:\*\*)?[:：.)、-]\s*(?:\*\*\s)?"
        ),
    ),
    ("letter", re.compile(r"([A-Za-z])[.)）、]\s+|([ivx]{2,5})[.)）]\s+")),
)


@dataclass(frozen=True, slots=True)
class Marker:
    """`length` characters at a line's start; `label` is the number in it, in plain digits."""

    style: Style
    label: str
    length: int

    @property
    def depth(self) -> int:
        return self.label.count(".") + 1


def marker_of(content: str) -> Marker | None:
    bullet = _BULLET.match(content)
    if bullet is None:
        return _number_of(content)
    number = _number_of(content[bullet.end() :])
    if number is None or number.style in ("bare", "chapter"):
        return Marker("bullet", "", bullet.end())
    return Marker("bullet", number.label, bullet.end() + number.length)


def _number_of(content: str) -> Marker | None:
    for style, pattern in _NUMBERS:
        if match := pattern.match(content):
            number = next(group for group in match.groups() if group)
            return Marker(style, unicodedata.normalize("NFKC", number).strip(), match.end())
    return None


def without_marker(title: str) -> tuple[str, str]:
    """A heading's own number and its words."""
    marker = _number_of(title)
    if marker is None or marker.length >= len(title):
        return "", title
    return marker.label, title[marker.length :].strip()
