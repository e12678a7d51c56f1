"""From a PDF's lines to its text: what is one paragraph, what a heading, what stands on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from generator.documents.manuscript import Manuscript
from generator.documents.readers.pdf_columns import Columns
from generator.documents.readers.pdf_lines import HAN, Line, joined
from generator.documents.readers.pdf_table import Table

Page = tuple[float, list[Line], list[Table]]

HEADING_RATIO = 1.12
HEADING_CHARACTERS = 80
SAME_SIZE = 0.08
LINE_SPACING = 2.2
"""The furthest that two lines of a paragraph are apart, in heights of their type."""
EDGE_SHARE = 0.15
RUNNING_SHARE = 0.6
FEWEST_PAGES = 3
_DIGITS = re.compile(r"\d+")
_RUNNING = re.compile(
    r"[-–— ]*(?:(?:page|第)\s*)?\d+\s*页?\s*(?:(?:/|of|共)\s*\d+\s*页?)?[-–— ]*"
    r"|(?:file|https?)://\S+(?:\s+\d+/\d+)?|\d{1,4}/\d{1,2}/\d{1,4}, \d{1,2}:\d\d.*",
    re.IGNORECASE,
)
"""A page's number, and what browsers print above and below."""
_MARK = re.compile(
    r"\d+(?:\.\d+)+[.、]?(?=\s|[\u4e00-\u9fff])"
    r"|[(（]?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,5}|[一二三四五六七八九十]{1,3})(?:[)）、．]|[.:：](?!\d))"
    r"|[①-⑳]|[-+*–—](?=\s)"
)
_OPENS = re.compile(r"第[一二三四五六七八九十\d]+[章节条]|[A-Z]{2,4}-\d")
_BULLET = re.compile(r"[•●○◦▪■□◆◇▶➢✓\uf0b7\uf0a7\uf0d8]\s*")
_ENDS = "。！？.!?:：;；"


class Layout:
    def __init__(self, pages: list[Page]) -> None:
        self._pages = pages
        running = self._running()
        self._flow = [
            [line for line in lines if not (_at_edge(line, height) and _runs(line, running))]
            for height, lines, _tables in pages
        ]
        sizes = Counter[float]()
        for line in self.all_lines():
            sizes[round(line.size, 1)] += len(line.text)
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = {round(line.size) for line in self.all_lines() if self._is_large(line)}
        self._levels = {size: level for level, size in enumerate(sorted(larger, reverse=True), 1)}
        self._open: list[Line] = []
        self._indents: list[float] = []
        self._before: Line | None = None
        self._columns = Columns(self._flow)

    def all_lines(self) -> Iterator[Line]:
        for lines in self._flow:
            yield from lines

    def write(self, number: int, manuscript: Manuscript) -> None:
        """One page; a paragraph at its end may go on with the next one."""
        tables = list(self._pages[number][2])
        for line in self._flow[number]:
            table = next((table for table in tables if table.holds(line)), None)
            if table is not None and table.rows:
                self._close(manuscript)
                manuscript.table(table.rows)
                table.rows.clear()
            elif table is None:
                self._take(line, manuscript)
        if number == len(self._pages) - 1:
            self._close(manuscript)

    def _take(self, line: Line, manuscript: Manuscript) -> None:
        if self._open and not _goes_on(
            self._open[-1],
            line,
            self._columns.end_of(self._open[-1]),
            is_heading=self._level(self._open[0]) > 0,
        ):
            self._close(manuscript)
        self._open.append(line)

    def _close(self, manuscript: Manuscript) -> None:
        if not self._open:
            return
        words, first = joined("\n".join(line.text for line in self._open)), self._open[0]
        level = self._level(first)
        mark = _BULLET.match(words) or _MARK.match(words)
        if level and len(words) <= HEADING_CHARACTERS and words[-1] not in _ENDS:
            manuscript.heading(level, words)
        elif mark and words[mark.end() :].strip():
            label = "-" if _BULLET.match(words) else mark[0].strip()
            manuscript.item(label, self._depth(first), words[mark.end() :])
        else:
            manuscript.paragraph(words)
        if not mark or level:
            self._indents = []
        self._before, self._open = first, []

    def _depth(self, line: Line) -> int:
        """How deep an entry stands among those just before it in its column, by its indent."""
        if self._before and _is_beside(self._before, line):
            self._indents = []
        while self._indents and line.left < self._indents[-1] - line.size / 2:
            self._indents.pop()
        if not self._indents or line.left > self._indents[-1] + line.size / 2:
            self._indents.append(line.left)
        return len(self._indents) - 1

    def _level(self, line: Line) -> int:
        return self._levels.get(round(line.size), 0) if self._is_large(line) else 0

    def _is_large(self, line: Line) -> bool:
        return line.size > self._body * HEADING_RATIO

    def _running(self) -> set[str]:
        """What stands at the edge of most pages, page numbers aside."""
        seen = Counter[str]()
        for height, lines, _tables in self._pages:
            seen.update({_plain(line.text) for line in lines if _at_edge(line, height)})
        most = max(FEWEST_PAGES, RUNNING_SHARE * len(self._pages))
        return {text for text, count in seen.items() if count >= most}


def _is_beside(before: Line, line: Line) -> bool:
    """Whether `line` is further up, in another column."""
    return line.bottom > before.bottom and (line.left > before.right or line.right < before.left)


def _opens(text: str) -> bool:
    return any(mark.match(text) for mark in (_MARK, _BULLET, _OPENS))


def _runs(line: Line, running: set[str]) -> bool:
    return _plain(line.text) in running or bool(_RUNNING.fullmatch(line.text))


def _plain(text: str) -> str:
    return _DIGITS.sub("0", text)


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom < height * EDGE_SHARE / 2 or line.top > height * (1 - EDGE_SHARE / 2)


def _goes_on(before: Line, line: Line, end: float, *, is_heading: bool) -> bool:
    """Whether `line` is the same paragraph: `before` had no room for its first word."""
    if abs(before.size - line.size) > SAME_SIZE * line.size or _opens(line.text):
        return False
    drop = before.bottom - line.bottom
    is_next_page = drop <= 0 and before.text[-1] not in _ENDS and not is_heading
    if not is_next_page and not 0 < drop < LINE_SPACING * line.size:
        return False
    return before.right + _first_word(line) > end if end else is_next_page


def _first_word(line: Line) -> float:
    """How much room the first word would have needed, in the page's units."""
    width = (line.right - line.left) / len(line.text)
    if HAN.match(line.text):
        return 2.2 * line.size if len(line.text) > 1 else 1.2 * line.size
    return width * (len(line.text.split()[0]) + 1)
