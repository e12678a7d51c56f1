"""Numbers as documents write them before their headings and list entries."""

from __future__ import annotations

from collections.abc import Callable

_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")]
_ROMAN += [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def letter(number: int) -> str:
    """a … z, aa, bb … as Word counts."""
    return chr(97 + (number - 1) % 26) * (1 + (number - 1) // 26)


def han(number: int, digits: str = _HAN, units: str = "十百千") -> str:
    """Up to 9,999: 十二, 一百零三."""
    text, is_gap = "", False
    for place, figure in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if figure:
            text += ("零" if is_gap else "") + digits[figure] + (units[place - 1] if place else "")
        is_gap = figure == 0 and bool(text)
    return text.removeprefix(digits[1]) if 10 <= number < 20 and digits is _HAN else text


def _circled(number: int) -> str:
    return chr(0x245F + number) if number <= 20 else str(number)


def _of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


WRITERS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "chineseCounting": han,
    "chineseCountingThousand": han,
    "taiwaneseCounting": han,
    "taiwaneseCountingThousand": han,
    "japaneseCounting": han,
    "chineseLegalSimplified": lambda number: han(number, _LEGAL, "拾佰仟"),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "none": lambda number: "",
}


def written(number: int, kind: str) -> str:
    """`number` in one of Word's formats; those that are not known here are written in digits."""
    writer = WRITERS.get(kind)
    return writer(number) if writer and 0 < number < 10_000 else str(number)
