"""Gherkin: one scenario a case, `Given` each precondition, `When` each action, `Then` its expected result.

Nothing that a case says begins a line, so none of it can be taken for a keyword, a comment, a table or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.exports.contents import Contents, plain


class Keywords(NamedTuple):
    """In Chinese no space stands between a keyword and its text."""

    feature: str
    scenario: str
    given: str
    when: str
    then: str
    data: str


KEYWORDS = {
    "en": Keywords("Feature: ", "Scenario: ", "Given ", "When ", "Then ", "Test data"),
    "zh-hans": Keywords("功能: ", "场景: ", "假如", "当", "那么", "测试数据"),
}
FACTS = "key priority type technique polarity review".split()
DELIMITER = '"""'
NOT_IN_TAGS = re.compile(r"[\s@]+")


def write(contents: Contents) -> bytes:
    return ("\n".join(_lines(contents)) + "\n").encode()


def _lines(contents: Contents) -> Iterator[str]:
    if contents.language == "zh-hans":
        yield "# language: zh-CN"
    words = KEYWORDS[contents.language]
    yield words.feature + _line(contents.task["title"])
    section = None
    for case in contents.cases:
        yield ""
        if case["section"] != section:
            section = case["section"]
            yield f"  # {_line(section)}".rstrip()
        yield from _scenario(case, words)


def _scenario(case: dict[str, Any], words: Keywords) -> Iterator[str]:
    yield "  " + " ".join(map(_tag, [*(case[fact] for fact in FACTS), *case["requirements"], *case["tags"]]))
    yield f"  {words.scenario}{_line(case['title'])}"
    if case["data"]:
        yield from (f"    {words.data}: {_line(line)}".rstrip() for line in case["data"].split("\n"))
        yield ""
    for precondition in case["preconditions"]:
        yield from _step(words.given, precondition)
    for step in case["steps"]:
        yield from _step(words.when, step["action"])
        if step["expected"]:
            yield from _step(words.then, step["expected"])


def _step(keyword: str, text: str) -> Iterator[str]:
    """One line; what has more of them keeps the further ones in a doc string."""
    first, *rest = plain(text).split("\n")
    yield f"    {keyword}{_line(first)}"
    if rest:
        escaped = (line.replace(DELIMITER, r"\"\"\"") for line in rest)
        yield from (line and f"      {line}" for line in [DELIMITER, *escaped, DELIMITER])


def _line(text: str) -> str:
    return plain(text).replace("\n", " ").strip()


def _tag(text: str) -> str:
    """Tags hold neither blanks nor `@`."""
    return "@" + NOT_IN_TAGS.sub("_", plain(text).strip())
