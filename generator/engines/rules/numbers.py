"""Numbers as people write them: digits, words, Chinese numerals; and the digits that are no quantity at all."""

from __future__ import annotations

import re
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = (
    {word: number for number, word in enumerate(_ONES)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"a dozen": 12, "dozen": 12, "both": 2}
)
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "k": 1_000,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "亿": 100_000_000,
}
_NUMERALS = {numeral: number for number, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
ENGLISH = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_ONE}))?|{_ONE}|a dozen)"
SCALE = r"(?:\s?(?:hundred|thousand|million)(?![a-z])|\s?[万亿千百]|k(?![a-z]))"
CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千万]{1,9}"
NUMBER = (
    rf"(?:(?<![A-Za-z\d.]){DIGITS}{SCALE}?"
    rf"|(?<![A-Za-z]){ENGLISH}{SCALE}?(?![A-Za-z])|百分之{CHINESE_NUMERAL}|{CHINESE_NUMERAL})"
)

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？（）"}
_NOT_A_QUANTITY = re.compile(
    r"""(?xi)
    https?://\S+ | [\w.+-]+@[\w-]+\.[\w.]+                          # addresses
    | (?<![\d.])v?\d+(?:\.\d+){2,}                                  # 7.0.12
    | (?:versions?|android|ios|ipados|macos|windows|chrome|firefox|safari|edge|python|java|tls|ssl|http|oauth
        |wcag|bluetooth|usb|微信|版本号?)\s?v?\d+(?:\.\d+)*
    | \bv\d+(?:\.\d+)*\b
    | (?:sections?|chapters?|figures?|fig\.|tables?|pages?\s(?=\d+\s*(?:of|$))|appendix|clauses?|steps?|rules?|requirements?
        |items?\s(?=\d)|§|no\.|number|nr\.|error|code|status|port|图|表|附录|编号|序号|步骤|需求|端口)\s?\#?\d+(?:\.\d+)*(?:-\d+)?
    | 第\s?(?:\d+|[一二三四五六七八九十百]+)\s?(?:[章节条款项步点页版期个]|部分)?
    | (?<![A-Za-z])[A-Z]{1,12}[-_/]?\d+(?:[-.]\d+)*(?![A-Za-z\d]*%) # R3, TC-001, GB9385-2008, SHA-256
    | (?:ISO|IEC|IEEE|RFC)(?:/[A-Z]+)*[\s-]?\d+(?:[-:.]\d+)*
    | \d+(?:st|nd|rd|th)\b
    | ^\s*[(（]?\d+(?:\.\d+)*(?:[)）、]|\.\s)\s* | [(（]\d+(?:\.\d+)*[)）]   # list numbers
    | ^\s*\d+(?:\.\d+)+\s
    | (?<=[;；:：,，]\s)\d+(?:\.\d+)+\s(?=[A-Za-z])
    | (?<![\d.])(?:19|20)\d\d(?!\d)(?!\s?(?:[a-z]+s\b|[a-z]{2}\b|[%元个名条次]|年?以上))(?:\s?年)?
    | (?<!\d)\d{7,}(?!\d)(?!\s?(?:[a-z]|[位字元]))                  # telephone numbers, ids
    | [3456]G\s?(?:网络|网|信号|network|connection)
    | 一[些般样定切旦直致种系方]|[统唯单同某之万]一|(?<![一二三四五六七八九])十分(?!钟)|三方|两者|万能|千万|百度|四舍五入|一键|双十一|一并|一起|一系列
    """,
)


def narrow(text: str) -> str:
    """The same text, code point for code point, with full-width digits, letters and marks made narrow."""
    return text.translate(_WIDE)


def mask(text: str) -> str:
    """The same length of text, with digits that are versions, numbers of sections, ids or years blanked out."""
    return _NOT_A_QUANTITY.sub(lambda found: "¤" * len(found[0]), text)


def number(text: str) -> Decimal:
    """The value of what `NUMBER` matched."""
    text = text.strip().lower().replace(",", "").removeprefix("百分之")
    digits = re.match(r"[\d.]+", text)
    if digits:
        return Decimal(digits[0]) * _SCALES.get(text[digits.end() :].strip(), 1)
    return Decimal(_chinese(text) if text[0] in _NUMERALS or text[0] in _SCALES else _english(text))


def _english(text: str) -> int:
    scale = next((word for word in ("hundred", "thousand", "million") if text.endswith(word)), "")
    words = text.removesuffix(scale).strip()
    if words in _WORDS:
        return _WORDS[words] * _SCALES.get(scale, 1)
    return sum(_WORDS[word] for word in re.split("[ -]", words)) * _SCALES.get(scale, 1)


def _chinese(text: str) -> int:
    total = part = digit = 0
    for numeral in text:
        scale = _SCALES.get(numeral, 0)
        if not scale:
            digit = _NUMERALS[numeral] if digit == 0 else digit * 10 + _NUMERALS[numeral]
        elif scale >= 10_000:
            total, part, digit = (total + part + digit or 1) * scale, 0, 0
        else:
            part, digit = part + (digit or 1) * scale, 0
    return total + part + digit
