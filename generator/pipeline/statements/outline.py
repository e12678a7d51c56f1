"""The document's headings, also those that are only numbered or stand alone, and where each block belongs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .blocks import Block, heading_words
from .force import has_force, has_modal
from .language import is_chinese, width
from .markers import Style, marker_of
from .readings import title as tidy
from .vocabulary import Standing, standing_of

TITLE_COLUMNS = 80
NAME_COLUMNS = 50
NAME_WORDS = 8
ALONE_DEPTH = 6

_CLOSED = re.compile(r"[.。!！?？;；,，:：]$")
_PUNCTUATED = re.compile(r"[,，;；。:：]|[.!?] ")
_STORY = re.compile(r"(?:as an? |作为)", re.I)
_NUMBERED: dict[Style, int] = {"chapter": 1, "bare": 1, "simple": 1, "han": 1, "paren": 2, "dotted": 1}


@dataclass(eq=False, slots=True)
class Heading:
    """A node of the outline; the root has no title."""

    title: str
    depth: int
    parent: Heading | None
    standing: Standing
    label: str = ""

    def path(self) -> Iterator[Heading]:
        """This heading and those above it, the root left out."""
        node: Heading | None = self
        while node is not None and node.parent is not None:
            yield node
            node = node.parent


class Outline:
    """Where the reader is among the headings."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self.text = text
        self.current = self.root = Heading("", 0, None, Standing.NORMATIVE)
        headings = [block for block in blocks if block.kind == "heading"]
        highest = min((block.depth for block in headings), default=0)
        top = [block for block in headings if block.depth == highest]
        self._title = top[0] if len(top) == 1 and top[0] is headings[0] and len(headings) > 1 else None
        self.names = {name_of(heading_words(text, block)[1]) for block in headings}

    def enter(self, block: Block) -> Heading:
        label, words = heading_words(self.text, block)
        parent = self.current
        while parent.parent is not None and parent.depth >= block.depth:
            parent = parent.parent
        own = standing_of(words) if block is not self._title else None
        self.current = Heading(tidy(words), block.depth, parent, _inherited(parent.standing, own), label)
        return self.current


def _inherited(above: Standing, own: Standing | None) -> Standing:
    if own is None:
        return above
    return own if own is Standing.NORMATIVE else min(above, own)


def name_of(words: str) -> str:
    """A title as it is compared: without what is added behind it, without case."""
    return re.split(r"\s*(?:-{2,}|[—–(（:：]|\s-\s)", words, maxsplit=1)[0].strip("*_` .。").casefold()


def is_name(words: str) -> bool:
    """A thing's bare name: short, and it says nothing of the thing."""
    words = words.strip("*_` ")
    if words.isupper() and len(words.split()) <= NAME_WORDS and not is_chinese(words):
        return not _CLOSED.search(words)
    if (
        width(words) > NAME_COLUMNS
        or len(words.split()) > NAME_WORDS
        or _PUNCTUATED.search(words)
        or has_modal(words)
        or _STORY.match(words)
    ):
        return False
    if is_chinese(words):
        return width(words) <= NAME_COLUMNS // 2
    return not words.endswith(".") and (len(words.split()) == 1 or not has_force(words))


def with_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with those list entries and paragraphs turned into headings that are headings in plain text."""
    marked = sum(block.kind == "heading" for block in blocks)
    candidates = {at for at, block in enumerate(blocks) if _could_head(text, blocks, at, marked)}
    styles = Counter(block.marker.style for block in blocks if block.marker and block.indent < 4)
    heads = Counter(marker.style for at in candidates if (marker := blocks[at].marker))
    promoted: list[Block] = []
    for at, block in enumerate(blocks):
        style = block.marker.style if block.marker else None
        usual = style is None or style in ("dotted", "chapter") or heads[style] * 2 >= styles[style]
        if at not in candidates and _opens_with_label(text, block):
            promoted += [replace(block, lines=block.lines[:1]), _rest(block)]
            continue
        promoted.extend(
            _promote(text, block, bool(marked), heads["han"] > 0) if at in candidates and usual else [block]
        )
    return promoted


def _promote(text: str, block: Block, below_marked: bool, below_han: bool) -> Iterator[Block]:
    """The first line as a heading, the others as what stands under it."""
    yield replace(
        block, kind="heading", lines=block.lines[:1], depth=_depth(text, block, below_marked, below_han)
    )
    if len(block.lines) > 1:
        yield _rest(block)


def _rest(block: Block) -> Block:
    return Block("paragraph", block.lines[1:], indent=block.indent, apart=False)


def _opens_with_label(text: str, block: Block) -> bool:
    first = text[slice(*block.lines[0])].rstrip("*_ ")
    return (
        block.kind == "paragraph"
        and len(block.lines) > 1
        and first.endswith((":", "："))
        and is_name(first.rstrip(":："))
    )


def _depth(text: str, block: Block, below_marked: bool, below_han: bool) -> int:
    marker = block.marker
    if marker is None:
        return ALONE_DEPTH
    if marker.style == "dotted":
        return marker.depth + below_marked
    deeper = 2 if marker.style == "simple" and below_han else 0
    deeper += "节" in text[block.start - marker.length : block.start]
    return _NUMBERED[marker.style] + deeper + below_marked


def _could_head(text: str, blocks: Sequence[Block], at: int, marked: int) -> bool:
    block = blocks[at]
    if block.kind == "paragraph":
        return _stands_alone(text, blocks, at)
    if block.kind != "entry" or block.indent > 3 or block.marker is None:
        return False
    style = block.marker.style
    if style not in _NUMBERED or (style == "paren" and block.marker.label.isascii()):
        return False
    if marked > 1 and style not in ("dotted", "chapter"):
        return False
    start, end = block.lines[0]
    if not _is_title(text[start:end]):
        return False
    return style == "chapter" or _has_content(text, blocks, at)


def _is_title(words: str) -> bool:
    return width(words) <= TITLE_COLUMNS and not _CLOSED.search(words.rstrip(":：")) and not has_modal(words)


def _has_content(text: str, blocks: Sequence[Block], at: int) -> bool:
    """Whether something stands under a numbered line before its next sibling."""
    block, marker = blocks[at], blocks[at].marker
    assert marker is not None
    before = blocks[at - 1] if at else None
    if (
        before
        and before.kind == "entry"
        and before.marker
        and before.marker.style == marker.style
        and len(before.lines) == 1
    ):
        follows_sibling = before.marker.depth == marker.depth
    else:
        follows_sibling = False
    if len(block.lines) > 1:
        return not text[block.lines[1][0]].islower()
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if follows_sibling or following is None or following.kind == "heading":
        return False
    if following.marker is None:
        return True
    if following.marker.label.startswith(marker.label + "."):
        return True
    if following.marker.style == marker.style:
        return False
    return following.marker.style not in (
        "bare",
        "simple",
        "chapter",
        "han",
        "dotted",
    ) or following.marker.label in ("1", "一")


def _stands_alone(text: str, blocks: Sequence[Block], at: int) -> bool:
    """A short line of its own above content; one whose words are those of a heading need not stand apart."""
    block = blocks[at]
    words = text[block.start : block.end]
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if len(block.lines) > 1:
        first = text[block.lines[0][0] : block.lines[0][1]]
        return is_name(first) and standing_of(first) is not None
    if following is None or following.kind == "heading" or not is_name(words) or marker_of(words):
        return False
    if (
        following.kind == "paragraph"
        and len(following.lines) == 1
        and is_name(text[following.start : following.end])
    ):
        return False
    return following.kind != "aside"
