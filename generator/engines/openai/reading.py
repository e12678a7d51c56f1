"""Finds the objects of a JSON answer while it is still being written.

A model's JSON comes in fences, behind prose, under other keys, as lines, or broken in one place. So this is
no parser: it follows strings and brackets, cuts out each object that stands where a case stands, and parses
that slice alone. Each character is looked at once, and once more by `json.loads`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import json_repair

T = TypeVar("T")

SLICE_LIMIT = 65_536
REPAIR_LIMIT = 20_480
REPAIR_BRACKETS_LIMIT = 300  # json_repair takes seconds for thousands that never close
LOST_QUOTES_LIMIT = 50

_PROSE = re.compile(r"[{\[]|<(think|thinking|reasoning|thought)>", re.I)
_TAG_LENGTH = len("</reasoning>")
_STRUCTURE = re.compile(r'["{}\[\]:,]')
_IN_CASE = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'["\\]')
_AFTER_OPENING = {"{": '"}', "[": '{["]'}
# Lists inside a case; objects in any other list are cases.
_INNER_LIST = re.compile(r"step|precondition|expected|requirement|tag|步骤|条件|预期|期望|标签", re.I)
_NEXT_CASE = re.compile(r'\}\s*,?\s*(?=\{\s*"(?:title|标题|用例标题|用例名称)"\s*:)')


class ObjectReader(Generic[T]):
    """Feed it text; it gives what `accept` makes of each whole object. `broken` counts what gave nothing."""

    def __init__(self, accept: Callable[[dict[str, Any]], T | None]) -> None:
        self._accept = accept
        self.accepted = 0
        self.broken = 0
        self.is_open = False
        self._made: list[T] = []
        self._before = ""
        self._reasoning_end = ""
        self._start()

    def _start(self) -> None:
        """As between two top-level values."""
        self._stack: list[str] = []
        self._holds_cases: list[bool] = []
        self._in_string = self._is_escaped = self._is_fresh = False
        self._key = self._last_string = ""
        self._string: list[str] = []
        self._slice: list[str] = []
        self._slice_depth = self._slice_size = 0
        self._whole: list[str] = []
        self._accepted_before = self.accepted

    def feed(self, text: str) -> list[T]:
        self._scan(self._before + text if self._before else text)
        made, self._made = self._made, []
        return made

    def finish(self) -> list[T]:
        """The answer is over. An object that is still open swallowed others by a lost quote, or was cut."""
        for _ in range(LOST_QUOTES_LIMIT):
            if not self._is_inside_case() or not self._resume_after_lost_quote():
                break
        self.is_open = self._is_inside_case()
        made, self._made = self._made, []
        return made

    def _is_inside_case(self) -> bool:
        is_bare = bool(self._stack) and self._stack[0] == "{" and self.accepted == self._accepted_before
        return bool(self._slice_depth) or is_bare

    def _scan(self, text: str) -> None:
        self._before = ""
        self._text = text
        self._whole_from = self._slice_from = self._string_from = at = 0
        while at < len(text):
            if not self._stack:
                at = self._skip_prose(at)
            elif self._in_string:
                at = self._skip_string(at)
            elif self._is_fresh and (next_at := self._check_opening(at)) is not None:
                at = next_at
            else:
                at = self._follow_structure(at)
        self._keep_rest()

    def _keep_rest(self) -> None:
        if not self._stack:
            return
        if self._slice_depth:
            self._slice.append(self._text[self._slice_from :])
            self._slice_size += len(self._slice[-1])
        elif self._in_string:
            self._string.append(self._text[self._string_from :])
        if self.accepted == self._accepted_before:
            self._whole.append(self._text[self._whole_from :])
        if self._slice_size > SLICE_LIMIT and not self._resume_after_lost_quote():
            self.broken += 1
            self._start()

    def _skip_prose(self, at: int) -> int:
        if self._reasoning_end:
            end = self._text.lower().find(self._reasoning_end, at)
            if end < 0:
                self._before = self._text[max(at, len(self._text) - _TAG_LENGTH) :]
                return len(self._text)
            at = end + len(self._reasoning_end)
            self._reasoning_end = ""
            return at
        found = _PROSE.search(self._text, at)
        if not found:
            tag = self._text.rfind("<", max(at, len(self._text) - _TAG_LENGTH))
            self._before = self._text[tag:] if tag >= 0 else ""
            return len(self._text)
        if found[1]:
            self._reasoning_end = f"</{found[1].lower()}>"
        else:
            self._start()
            self._whole_from = found.start()
            self._open(found[0], found.start())
            self._is_fresh = True
        return found.end()

    def _check_opening(self, at: int) -> int | None:
        """A bracket of prose, as in "the [new] dialog", opens nothing: says where to go on if so."""
        while at < len(self._text) and self._text[at].isspace():
            at += 1
        if at == len(self._text):
            return at
        self._is_fresh = False
        if self._text[at] in _AFTER_OPENING[self._stack[0]]:
            return None
        self._start()
        return at

    def _skip_string(self, at: int) -> int:
        if self._is_escaped:
            self._is_escaped = False
            return at + 1
        found = _IN_STRING.search(self._text, at)
        if not found:
            return len(self._text)
        if found[0] == "\\":
            self._is_escaped = True
            return found.end()
        self._in_string = False
        if not self._slice_depth:
            self._last_string = "".join(self._string) + self._text[self._string_from : found.start()]
            self._string = []
        return found.end()

    def _follow_structure(self, at: int) -> int:
        found = (_IN_CASE if self._slice_depth else _STRUCTURE).search(self._text, at)
        if not found:
            return len(self._text)
        mark, start = found[0], found.start()
        if mark == '"':
            self._in_string = True
            self._string_from = found.end()
        elif mark in "{[":
            self._open(mark, start)
        elif mark in "}]":
            self._close("{" if mark == "}" else "[", start)
        else:
            self._key = self._last_string if mark == ":" else ""
        return found.end()

    def _open(self, bracket: str, start: int) -> None:
        holds_cases = not self._holds_cases or self._holds_cases[-1]
        is_listed = bracket == "{" and self._stack[-1:] == ["["]
        if is_listed and holds_cases and not self._slice_depth:
            self._slice_depth = len(self._stack) + 1
            self._slice_from = start
        if bracket == "[":
            holds_cases = holds_cases and not _INNER_LIST.search(self._key)
        self._key = ""
        self._stack.append(bracket)
        self._holds_cases.append(holds_cases)

    def _close(self, opening: str, start: int) -> None:
        """Closes what is open inside as well: a model forgets a bracket more often than it adds one."""
        if opening not in self._stack:
            return
        while True:
            closed = self._stack.pop()
            self._holds_cases.pop()
            if len(self._stack) < self._slice_depth:
                self._end_slice(start + 1 if closed == opening else start)
            if closed == opening:
                break
        self._key = ""
        if not self._stack:
            self._end_whole(start + 1)

    def _end_slice(self, end: int) -> None:
        text = "".join(self._slice) + self._text[self._slice_from : end]
        self._slice = []
        self._slice_depth = self._slice_size = 0
        self._take(text)

    def _end_whole(self, end: int) -> None:
        """A bare case, or a wrapper in which no list held cases."""
        if self.accepted == self._accepted_before:
            text = "".join(self._whole) + self._text[self._whole_from : end]
            broken = self.broken
            self._take(text)
            if self.broken > broken and '"' not in text:
                self.broken = broken  # braces of prose
        self._start()

    def _resume_after_lost_quote(self) -> bool:
        """Without its quote a string swallows what follows: go on at what looks like the next case."""
        text = "".join(self._slice if self._slice_depth else self._whole)
        found = _NEXT_CASE.search(text, 1)
        if not found:
            return False
        self._take(text[: found.start() + 1])
        self._start()
        self._scan(text[found.end() :])
        return True

    def _take(self, text: str) -> None:
        made = self._made_of(read_json(text))
        self._made += made
        self.accepted += len(made)
        self.broken += not made

    def _made_of(self, value: object) -> list[T]:
        """The object itself, or the cases within it (suites)."""
        if isinstance(value, dict):
            made = self._accept(value)
            return [made] if made is not None else self._made_of(list(value.values()))
        if isinstance(value, list):
            return [made for one in value for made in self._made_of(one)]
        return []


def read_json(text: str) -> Any:
    """What `text` says, mended if it is no JSON; None if it cannot be mended."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    if len(text) > REPAIR_LIMIT or text.count("{") + text.count("[") > REPAIR_BRACKETS_LIMIT:
        return None
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None


def read_document(text: str) -> Any:
    """A whole answer that is one object, freed of reasoning, fences and prose; cut ones are mended."""
    text = re.sub(r"<(think|thinking|reasoning|thought)>.*?(</\1>|\Z)", "", text, flags=re.I | re.S)
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        return None
    try:
        return json.loads(text[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        return read_json(text[start:])
