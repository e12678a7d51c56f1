"""Which line a list hangs on, however it is nested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block
from .markers import Style
from .outline import is_name
from .readings import carry, plain
from .vocabulary import Standing, is_about, is_generic, standing_of

PARAGRAPH = -1  # the indentation of a lead that is no list entry: any list may hang on it
FIRST_NUMBERS = ("1", "a", "i", "一")


@dataclass(eq=False, slots=True)
class Lead:
    """A line that others may hang on. `said` is what it says, `words` what they carry of it; `counts` is false under "Preconditions:"."""

    indent: int
    style: Style | None
    label: str
    said: str = ""
    words: str = ""
    announced: bool = False  # it ends in a colon, or names the group
    counts: bool = True
    first: Block | None = None  # what hangs on it first

    def holds(self, block: Block) -> bool:
        if block.marker is None:
            return block.indent > self.indent >= 0 or (self.announced and not self.first and not block.apart)
        if self.indent == PARAGRAPH and self._is_over(block):
            return False
        if block.indent > self.indent:
            return True
        if self.label and block.marker.label.startswith(self.label + "."):
            return True
        return self.announced and block.marker.style != self.style

    def _is_over(self, block: Block) -> bool:
        """After a blank line, another sort of list, or one that counts anew, hangs on nothing."""
        first = self.first
        if first is None or first.marker is None or block.marker is None or not block.apart:
            return False
        another = block.marker.style != first.marker.style or block.marker.label in FIRST_NUMBERS
        return another and block.indent <= first.indent


class Leads:
    """The open lines above the current block, outermost first."""

    def __init__(self) -> None:
        self._open: list[Lead] = []

    def clear(self) -> None:
        self._open.clear()

    def reach(self, block: Block) -> Lead | None:
        """Close what does not hold this block; the lead that it hangs on, if any."""
        while self._open and not self._open[-1].holds(block):
            self._open.pop()
        if not self._open:
            return None
        self._open[-1].first = self._open[-1].first or block
        return self._open[-1]

    def push(self, block: Block, words: str, announced: bool, above: Lead | None) -> Lead:
        words = plain(words).rstrip(":： ")
        marker = block.marker
        lead = Lead(
            indent=block.indent if marker else PARAGRAPH,
            style=marker.style if marker else None,
            label=marker.label if marker else "",
            said=words,
            words="" if is_generic(words) else words,
            announced=announced,
            counts=(above is None or above.counts) and not _excludes(words),
        )
        if above and above.announced and above.words and lead.words:
            lead.words = carry(above.words, lead.words)
        self._open.append(lead)
        return lead


def _excludes(label: str) -> bool:
    return is_about(label) or standing_of(label) is Standing.INFORMATIVE


def announces(text: str, blocks: Sequence[Block], at: int) -> bool:
    """Whether what follows hangs on this block: it ends in a colon, or is the bare name of a group."""
    block = blocks[at]
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if following is None or following.kind == "heading":
        return False
    words = text[block.start : block.end].rstrip("*_ ")
    if words.endswith((":", "：", "as follows.", "如下。", "following.")):
        return following.kind != "entry" or block.marker is None or _holds_announced(block, following)
    if not is_name(words):
        return False
    if following.kind in ("table", "aside"):
        return True
    return following.kind == "entry" and block.marker is not None and _holds_announced(block, following)


def _holds_announced(block: Block, following: Block) -> bool:
    assert block.marker is not None
    return Lead(block.indent, block.marker.style, block.marker.label, announced=True).holds(following)
