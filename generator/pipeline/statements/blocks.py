"""A text's structure: headings, list entries, paragraphs, tables and Gherkin scenarios, each with its lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from . import gherkin
from .lines import Line, lines_of
from .markers import Marker, marker_of, without_marker
from .sentences import Stretch

BlockKind = Literal["heading", "entry", "paragraph", "table", "scenario", "aside"]

_ATX = re.compile(r"(#{1,6})(?:[ \t\u00a0\u3000]+|(?=[^\s#!\d]))(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"(?:={2,}|-{3,})$")
_RULE = re.compile(r"(?:[-*_=~][ \t]*){3,}$")
_FENCE = re.compile(r"(```+|~~~+)")
_IMAGE = re.compile(
    r"(?:!\[[^\]\n]*\]\([^)\n]*\)[ \t]*)+$|<(?:img|br|hr|/?div|/?p|/?a|/?center)\b[^>\n]*/?>$", re.I
)
_BOLD = re.compile(r"(?:\*\*|__)([^*_\n]{1,80})(?:\*\*|__)[:：]?$|【([^】\n]{1,40})】$")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*)*\|?$")
_NAMED = re.compile(
    r"(?:use case|user story|story|epic|module|feature|用例|用例名称|用户故事|模块|功能模块"
    r"|功能点)\s*[\w.-]{0,10}[:：]\s*((?!as an? |作为)\S.*)$",
    re.I,
)
NAMED_DEPTH = 8
BOLD_DEPTH = 7


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines that belong together. `lines` leave out the marker of a list entry or heading."""

    kind: BlockKind
    lines: tuple[Stretch, ...]
    marker: Marker | None = None
    indent: int = 0
    depth: int = 0
    apart: bool = True  # a blank line comes before

    @property
    def start(self) -> int:
        return self.lines[0][0]

    @property
    def end(self) -> int:
        return self.lines[-1][1]


class _Scan:
    """One pass over the lines; each method takes what it knows from the front."""

    def __init__(self, text: str) -> None:
        self.lines: Sequence[Line] = list(lines_of(text))
        self.at = 0
        self.apart = True
        self.comment_ends = [at for at, line in enumerate(self.lines) if "-->" in line.content]
        self.fences = [at for at, line in enumerate(self.lines) if _FENCE.match(line.content)]
        self.gherkin = gherkin.is_in(self.lines)
        self.narrated = False

    def blocks(self) -> Iterator[Block]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.blank:
                self.apart, self.narrated = True, False
                self.at += 1
                continue
            yield from self._block(line)
            self.apart = False

    def _block(self, line: Line) -> Iterator[Block]:
        if _FENCE.match(line.content):
            yield from self._fence()
        elif line.content.startswith("<!--"):
            self._skip_comment()
        elif _IMAGE.match(line.content) or (self.gherkin and gherkin.is_tag(line.content)):
            yield self._one("aside", line)
        elif self._is_table():
            yield self._table()
        elif self.gherkin and gherkin.opens(self.lines, self.at):
            yield self._gherkin()
        elif heading := self._heading(line):
            yield heading
        elif _RULE.match(line.content):
            self.at += 1
        elif self.narrated:
            yield self._one("aside", line)
        else:
            yield self._prose(line)

    def _fence(self) -> Iterator[Block]:
        """Code states nothing, except Gherkin; a fence that never closes is none."""
        place = bisect_left(self.fences, self.at + 1)
        closing = self.fences[place] if place < len(self.fences) else None
        self.at += 1
        if closing is None or gherkin.is_in(self.lines[self.at : closing]):
            return
        inner = [(each.start, each.end) for each in self.lines[self.at : closing] if not each.blank]
        self.at = closing + 1
        if inner:
            yield Block("aside", tuple(inner))

    def _skip_comment(self) -> None:
        place = bisect_left(self.comment_ends, self.at)
        self.at = (self.comment_ends[place] if place < len(self.comment_ends) else self.at) + 1

    def _one(self, kind: BlockKind, line: Line, depth: int = 0) -> Block:
        self.at += 1
        return Block(kind, ((line.start, line.end),), depth=depth, apart=self.apart)

    def _is_table(self) -> bool:
        line = self.lines[self.at].content
        following = self.lines[self.at + 1].content if self.at + 1 < len(self.lines) else ""
        if "|" in line:
            return line.startswith("|") or ("|" in following and bool(_TABLE_RULE.match(following)))
        tabs = line.count("\t")
        return (
            tabs > 0
            and following.count("\t") == tabs
            and not self._is_entry(line)
            and not self._is_entry(following)
        )

    @staticmethod
    def _is_entry(content: str) -> bool:
        marker = marker_of(content)
        return marker is not None and marker.style not in ("bare", "identifier", "dotted")

    def _table(self) -> Block:
        mark = "|" if "|" in self.lines[self.at].content else "\t"
        end = self.at
        while end < len(self.lines) and mark in self.lines[end].content:
            end += 1
        rows = tuple((line.start, line.end) for line in self.lines[self.at : end])
        self.at = end
        return Block("table", rows, apart=self.apart)

    def _gherkin(self) -> Block:
        kind, end = gherkin.close(self.lines, self.at)
        lines = tuple((line.start, line.end) for line in self.lines[self.at : end] if not line.blank)
        self.at = end
        return Block(kind, lines, apart=self.apart)

    def _heading(self, line: Line) -> Block | None:
        if line.indent <= 3 and (match := _ATX.match(line.content)) and match.group(2):
            self.at += 1
            begin = line.start + match.start(2)
            return Block("heading", ((begin, line.start + match.end(2)),), depth=len(match.group(1)))
        if match := _BOLD.match(line.content):
            number = next(index for index in (1, 2) if match.group(index))
            self.at += 1
            return Block(
                "heading",
                ((line.start + match.start(number), line.start + match.end(number)),),
                depth=BOLD_DEPTH,
            )
        if match := _NAMED.match(line.content) or self._feature(line):
            self.at += 1
            self.narrated = self.gherkin and gherkin.is_feature(line.content)
            return Block("heading", ((line.start + match.start(1), line.end),), depth=NAMED_DEPTH)
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else None
        if (
            following
            and len(line.content) < 100
            and _UNDERLINE.match(following.content)
            and not marker_of(line.content)
            and "|" not in line.content
        ):
            block = self._one("heading", line, 1 if following.content[0] == "=" else 2)
            self.at += 1
            return block
        return None

    def _feature(self, line: Line) -> re.Match[str] | None:
        """功能 names a feature only where Gherkin is spoken: elsewhere "功能：用户可以登录" demands something."""
        return gherkin.FEATURE.match(line.content) if self.gherkin else None

    def _prose(self, line: Line) -> Block:
        """A list entry or paragraph with the lines that follow without a blank or a marker."""
        marker = marker_of(line.content)
        begin = line.start + (marker.length if marker else 0)
        own = [(begin, line.end)] if begin < line.end else []
        self.at += 1
        while self.at < len(self.lines) and not self._begins_another(self.lines[self.at]):
            own.append((self.lines[self.at].start, self.lines[self.at].end))
            self.at += 1
        if not own:
            return Block("aside", ((line.start, line.end),))
        return Block("entry" if marker else "paragraph", tuple(own), marker, line.indent, apart=self.apart)

    def _begins_another(self, line: Line) -> bool:
        content = line.content
        return (
            line.blank
            or marker_of(content) is not None
            or content.startswith(("#", "|", "```", "~~~", "![", "<!--", "【", "**"))
            or bool(_RULE.match(content) or _NAMED.match(content) or _IMAGE.match(content))
            or (self.gherkin and gherkin.is_keyword(content))
        )


def scan(text: str) -> list[Block]:
    return list(_Scan(text).blocks())


def heading_words(text: str, block: Block) -> tuple[str, str]:
    """A heading's number and title."""
    return without_marker(text[block.start : block.end].strip("*_` "))
