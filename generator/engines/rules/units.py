"""Units: what kind of quantity a number is, and how a tester writes it in either language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from generator.drafts import Language

Dimension = Literal[
    "time",
    "size",
    "length",
    "attempts",
    "percent",
    "money",
    "value",
    "screen",
    "hardware",
    "count",
    "date",
    "clock",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` makes amounts of one dimension comparable (seconds, bytes)."""

    dimension: Dimension
    english: str
    plural: str
    chinese: str
    factor: Decimal = Decimal(1)

    def amount(self, shown: str, language: Language) -> str:
        """ "7 characters", "7个字符"."""
        if language == "zh-hans":
            return f"{shown}{self.chinese}"
        return f"{shown} {self.english if shown == '1' else self.plural}".strip()


def _unit(
    dimension: Dimension, pattern: str, forms: str, factor: int | str = 1
) -> tuple[re.Pattern[str], Unit]:
    english, plural, chinese = forms.split("|")
    ending = pattern.replace(r"\b", "(?![A-Za-z])")  # a Chinese character behind "GB" is no boundary to \b
    return re.compile(rf"[\s-]{{0,2}}(?:{ending})", re.I), Unit(
        dimension, english, plural, chinese, Decimal(factor)
    )


_WRONG = (
    r"(?:(?:wrong|failed|incorrect|invalid|unsuccessful|bad|consecutive|successive|login|sign-in|password)\s)"
)

# In order: the first that fits right behind the number wins.
UNITS = [
    _unit("percent", r"%|percent(?:age points?)?\b|per cent\b", "%|%|%"),
    _unit("time", r"ms\b|milliseconds?\b|msecs?\b|毫秒", "millisecond|milliseconds|毫秒", "0.001"),
    _unit("time", r"s\b|seconds?\b|secs?\b|秒钟?", "second|seconds|秒"),
    _unit("time", r"minutes?\b|mins?\b|分钟|分(?=[内后]|之[内后]|以内)", "minute|minutes|分钟", 60),
    _unit("time", r"hours?\b|hrs?\b|h\b|个?小时|个?钟头", "hour|hours|小时", 3_600),
    _unit(
        "time",
        r"(?:calendar |working |business |consecutive )?days?\b|个?自然日|个?工作日|天|日(?=[内后之前]|以)",
        "day|days|天",
        86_400,
    ),
    _unit("time", r"weeks?\b|个?星期|周(?!岁|年)", "week|weeks|周", 604_800),
    _unit("time", r"months?\b|个月", "month|months|个月", 2_592_000),
    _unit("value", r"years? old\b|years? of age\b|周?岁", "year of age|years of age|周岁"),
    _unit("time", r"years?\b|年(?![级度])", "year|years|年", 31_536_000),
    _unit("value", r"m/s\b|met(?:er|re)s? per second\b|米每秒|米/秒", "m/s|m/s|米/秒"),
    _unit("value", r"km/h\b|kph\b|公里每小时|公里/小时|千米/小时", "km/h|km/h|公里/小时"),
    _unit(
        "value",
        r"(?:k?W|kV|m?A|V|bar|Pa|N|Nm|dB|lux|rpm|ppm)(?![A-Za-z/])|转/分|千瓦|伏|安培",
        "units|units|单位",
    ),
    _unit("value", r"km\b|kilomet(?:er|re)s?\b|公里|千米", "km|km|公里"),
    _unit("value", r"cm\b|centimet(?:er|re)s?\b|厘米", "cm|cm|厘米"),
    _unit("value", r"mm\b|millimet(?:er|re)s?\b|毫米", "mm|mm|毫米"),
    _unit("value", r"met(?:er|re)s?\b|米", "metre|metres|米"),
    _unit("value", r"kg\b|kilograms?\b|公斤|千克", "kg|kg|公斤"),
    _unit("value", r"grams?\b|克(?!服)", "gram|grams|克"),
    _unit("value", r"(?:°\s?C|degrees?)\b|摄氏度|℃", "°C|°C|℃"),
    _unit("hardware", r"[GM]?\s?Hz\b|fps\b|[MG]bps\b|[GM](?=[^A-Za-z]|$)", "G|G|G"),
    _unit("size", r"bytes?\b|字节", "byte|bytes|字节"),
    _unit("size", r"KI?B\b", "KB|KB|KB", 1_024),
    _unit("size", r"MI?B\b|兆", "MB|MB|MB", 1_048_576),
    _unit("size", r"GI?B\b", "GB|GB|GB", 1_073_741_824),
    _unit("size", r"TI?B\b", "TB|TB|TB", 1_099_511_627_776),
    _unit(
        "length",
        r"(?:decimal|significant) (?:places?|digits?)\b|位(?:小数|有效数字)",
        "decimal place|decimal places|位小数",
    ),
    _unit("length", r"(?:numeric |decimal )?digits?\b|位(?:纯|阿拉伯)?数字?", "digit|digits|位数字"),
    _unit(
        "length",
        r"(?:latin |english |ascii )?letters?\b|个?(?:英文)?字母|位(?:英文)?字母",
        "letter|letters|个字母",
    ),
    _unit("length", r"words?\b", "word|words|个单词"),
    _unit(
        "length",
        r"(?:[a-z]+ )?(?:characters?|chars?|symbols?)\b|个?(?:中|英)?文?字符|位(?:字符)?(?!用户|同学|老师|学生)|个?汉?字(?![段典库])",
        "character|characters|个字符",
    ),
    _unit(
        "attempts",
        rf"{_WRONG}*(?:attempts?|tries|retries|times|guesses|failures?)\b|次",
        "attempt|attempts|次",
    ),
    _unit("attempts", rf"{_WRONG}+[a-z-]+s\b", "attempt|attempts|次"),
    _unit("money", r"(?:us )?dollars?\b|usd\b|美元", "dollar|dollars|美元"),
    _unit("money", r"euros?\b|eur\b|欧元", "euro|euros|欧元"),
    _unit("money", r"yuan\b|rmb\b|cny\b|人民币|元|块钱?", "yuan|yuan|元"),
    _unit("value", r"points?\b|分(?![钟组类页享钱之])", "point|points|分"),
    _unit("screen", r"px\b|pixels?\b|像素", "px|px|像素"),
]
CURRENCIES = {
    "$": Unit("money", "dollar", "dollars", "美元"),
    "€": Unit("money", "euro", "euros", "欧元"),
    "£": Unit("money", "pound", "pounds", "英镑"),
    "¥": Unit("money", "yuan", "yuan", "元"),
} | {
    code: Unit("money", code, code, code)
    for code in "EUR USD GBP CHF CNY RMB JPY HKD SEK NOK DKK PLN CZK CAD AUD INR".split()
}
_STOP = r"(?!(?:or|and|of|to|is|are|in|on|for|per|as|at|was|has|with|by|from|the|this|his|its|does|minutes|hours)\b)"
NOUN = re.compile(
    rf"[\s-]?((?:{_STOP}[a-z][a-z-]*\s){{0,2}}?{_STOP}(?:[a-z][a-z-]*[a-rt-z]s|people|children|staff))\b",
    re.I,
)
CLASSIFIER = re.compile(
    r"\s?(?:个|名|人|条|本|张|份|台|部|篇|项|页|行|列|门|堂|节|场|座|把|件|种|级|层|家|间|款|步)"
)
_FOLLOWING = re.compile(r"[\u4e00-\u9fff]{1,4}")
_TAIL = re.compile(
    r"(?:以[上下内]|同时|在线|并发|使用|访问|登录|之[内前后]|及|或|的|时|内|后|，|才|就|将|则|应|可).*"
)


def unit_at(text: str, end: int) -> tuple[Unit, int] | None:
    """The unit right behind a number that ends at `end`, and where the unit ends."""
    for pattern, unit in UNITS:
        found = pattern.match(text, end)
        if found:
            return _worded(unit, found[0].strip(" -")), found.end()
    return counted_at(text, end)


def counted_at(text: str, end: int) -> tuple[Unit, int] | None:
    """A number may also count things: "10 items", "10条记录"."""
    noun = NOUN.match(text, end)
    if noun:
        plural = noun[1].lower()
        return Unit("count", plural.removesuffix("s"), plural, "个"), noun.end()
    classifier = CLASSIFIER.match(text, end)
    if classifier is None:
        return None
    following = _FOLLOWING.match(text, classifier.end())
    noun_text = _TAIL.sub("", following[0]) if following else ""
    shown = classifier[0].strip() + noun_text
    return Unit("count", "item", "items", shown), classifier.end() + len(noun_text)


def _worded(unit: Unit, words: str) -> Unit:
    """Wrong passwords stay wrong passwords: the words of the text where they say more than the unit."""
    if unit.dimension == "attempts" and " " in words:
        plural = words.lower()
        return Unit("attempts", plural.removesuffix("s"), plural, "次")
    if unit.dimension == "hardware" or unit.english == "units":
        return Unit(unit.dimension, words, words, words)
    return unit
