"""Reads a document block by block and names its testable statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.drafts import ItemDraft, ItemKind, Span

from . import gherkin, tables
from .blocks import Block, heading_words
from .clauses import Clauses, clauses_in
from .force import (
    has_force,
    has_modal,
    is_binding,
    is_explanation,
    is_never_testable,
    reads_alone,
)
from .kinds import kind_of
from .leads import Lead, Leads, announces
from .lines import trim
from .outline import Heading, Outline, is_name, name_of
from .readings import carry, plain
from .sentences import Stretch, sentences_in
from .vocabulary import Standing, is_about, is_note, is_perhaps_about, standing_of

_KEY = re.compile(r"[*_`]*([^:：\n*_`]{1,40})[*_`]*[:：][*_`]*\s*(?=\S)")
_ELABORATES = re.compile(
    r"\b(?:specifically|in particular|namely|that is|in detail)\b|具体|其中|即[：:，]", re.I
)
_CAPTION = re.compile(r"(?:表|图|Table|Figure|Fig\.?)\s*\d", re.I)
_FLOW_TITLE = re.compile(
    r"\bflows?\b|\bscenarios?\b|\bsteps\b|\buse cases?\b|\bextensions\b|流程|事件流|分支|步骤|场景|用例", re.I
)
_INFORMATIVE_MARK = re.compile(r"[^:：\n]{0,40}[(（](?:informative|资料性(?:附录)?)[)）]", re.I)
_LINK_ONLY = re.compile(r"(?:\[[^\]\n]*\]\([^)\n]*\)|https?://\S+|《[^》\n]*》|[\s,，、;；.。])+$")
_DOT_LEADERS = re.compile(r"(?:\.{4,}|…{2,})\s*\d*$")
_CONJUNCTION = re.compile(r"[,;，；、]\s*(?:and|or|以及|和|或|或者)\s*$", re.I)
_STORY = re.compile(r"\W*(?:as an? |作为)", re.I)


@dataclass(frozen=True, slots=True)
class Statement:
    """An item with its place: the heading above it and the lead-in that it hangs on."""

    item: ItemDraft
    heading: Heading
    lead: Lead | None


class Reader:
    """`everything` takes each sentence for a statement: for texts that demand nothing in plain words."""

    def __init__(self, text: str, document: int, blocks: Sequence[Block], everything: bool = False) -> None:
        self.text = text
        self.document = document
        self.blocks = blocks
        self.everything = everything
        self.outline = Outline(text, blocks)
        self.leads = Leads()
        self.found: list[Statement] = []
        self.spare: list[Statement] = []

    def read(self) -> list[Statement]:
        for at, block in enumerate(self.blocks):
            self._read_block(at, block)
        told = {heading for statement in self.found for heading in statement.heading.path()}
        told |= {statement.heading for statement in self.found}
        self.found += [statement for statement in self.spare if statement.heading not in told]
        return sorted(self.found, key=lambda statement: statement.item.span.start)

    def _read_block(self, at: int, block: Block) -> None:
        if block.kind == "heading":
            self.leads.clear()
            self._read_heading(block)
        elif block.kind == "table":
            self._read_table(block)
        elif block.kind == "scenario":
            self._read_scenario(block)
        elif block.kind in ("entry", "paragraph"):
            self._read_prose(at, block)

    def _read_heading(self, block: Block) -> None:
        heading = self.outline.enter(block)
        demands = is_binding(heading.title) or (has_modal(heading.title) and len(heading.title.split()) > 3)
        if self.everything or (
            demands and self._standing is not Standing.INFORMATIVE and not is_never_testable(heading.title)
        ):
            words = heading_words(self.text, block)[1]
            begin = self.text.find(words, block.start, block.end) if words else -1
            if begin >= 0:
                self._add(begin, begin + len(words), plain(words), label=heading.label, spare=not demands)

    @property
    def _standing(self) -> Standing:
        return Standing.NORMATIVE if self.everything else self.outline.current.standing

    def _read_table(self, block: Block) -> None:
        lead = self.leads.reach(block)
        if self._standing is Standing.INFORMATIVE or (lead and not lead.counts):
            return
        for row in tables.rows_in(self.text, block.lines):
            if self._standing is Standing.NORMATIVE or is_binding(row.text):
                self._add(row.start, row.end, row.text, lead, row.label, row.kind)

    def _read_scenario(self, block: Block) -> None:
        if self._standing is Standing.INFORMATIVE:
            return
        start, end = block.lines[0]
        name, begin = gherkin.scenario_name(self.text[start:end])
        lines = block.lines if name else [line for line in block.lines if line[0] > start or not begin]
        steps = " ".join(plain(self.text[start:end]) for start, end in lines[1 if name else 0 :])
        self._add(start + begin, block.end, f"{name}: {steps}" if name else steps, kind="flow")

    def _read_prose(self, at: int, block: Block) -> None:
        above = self.leads.reach(block)
        if announces(self.text, self.blocks, at):
            self._read_lead(at, block, above)
            return
        if block.marker is not None:
            self.leads.push(block, self.text[block.start : block.end][:400], False, above)
        if above and not above.counts and not self.everything:
            return
        if clauses := self._clauses(block):
            self._read_clauses(block, clauses, above)
        else:
            self._read_sentences(at, block, list(sentences_in(self.text, block.lines)), above)

    def _read_lead(self, at: int, block: Block, above: Lead | None) -> None:
        """The last sentence announces what follows; those before it stand for themselves."""
        *before, (start, end) = sentences_in(self.text, block.lines)
        words = self.text[start:end]
        if before and _ELABORATES.search(words):
            words = self.text[before[-1][0] : end]
            before.pop()
        lead = self.leads.push(block, words, True, above)
        if lead.counts and before:
            self._read_sentences(at, block, before, above)
        if self.everything and not before:
            self._consider(start, end, block, above, first=True)

    def _clauses(self, block: Block) -> Clauses | None:
        marker = block.marker
        if marker and marker.label in ("1", "a", "i"):
            begin = block.start - marker.length
            found = clauses_in(self.text, max(begin, 0), block.end)
            if found and found.lead[0] == found.lead[1]:
                return found
        return clauses_in(self.text, block.start, block.end)

    def _read_clauses(self, block: Block, found: Clauses, above: Lead | None) -> None:
        lead = above
        if found.lead[0] < found.lead[1]:
            *before, (start, end) = sentences_in(self.text, [found.lead])
            if before and _ELABORATES.search(self.text[start:end]):
                start = before.pop()[0]
            for each in before:
                self._consider(*each, block, above, first=False)
            lead = self.leads.push(block, self.text[start:end], True, above)
        if (lead is None or lead.counts) and self._clauses_count(found):
            prefix = block.marker.label if block.marker and found.lead[0] < found.lead[1] else ""
            for clause in found.clauses:
                label = clause.label if "." in clause.label or not prefix else f"{prefix}({clause.label})"
                self._add(
                    clause.start, clause.end, self._reading(clause.start, clause.end, lead), lead, label
                )
        for each in sentences_in(self.text, [found.rest]) if found.rest[0] < found.rest[1] else ():
            self._consider(*each, block, above, first=False)

    def _clauses_count(self, found: Clauses) -> bool:
        if self._standing is Standing.NORMATIVE:
            return True
        return self._standing is Standing.OVERVIEW and is_binding(self.text[slice(*found.lead)])

    def _read_sentences(
        self, at: int, block: Block, sentences: Sequence[Stretch], above: Lead | None
    ) -> None:
        for number, (start, end) in enumerate(sentences):
            if self.everything or not self._only_names(at, self.text[start:end]):
                self._consider(start, end, block, above, first=number == 0)

    def _only_names(self, at: int, words: str) -> bool:
        """A caption, a link, or the name of what a heading elsewhere elaborates."""
        if _LINK_ONLY.match(words) or _DOT_LEADERS.search(words):
            return True
        if name_of(words) in self.outline.names and not has_modal(words):
            return True
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        return bool(is_name(words) and (_CAPTION.match(words) or (following and following.kind == "aside")))

    def _consider(self, start: int, end: int, block: Block, above: Lead | None, first: bool) -> None:
        start, end = _unwrapped(self.text, start, end)
        sentence = self.text[start:end]
        label = block.marker.label if block.marker else ""
        listed = first and (block.marker is not None or (above is not None and above.announced))
        if self.everything or self._counts(sentence, listed):
            lead = above if first else None
            self._add(start, end, self._reading(start, end, lead), above, label)
        elif (
            self._standing is Standing.NORMATIVE
            and not self._is_aside(sentence)
            and not is_explanation(sentence)
        ):
            self._add(start, end, plain(sentence), above, label, spare=True)

    def _counts(self, sentence: str, listed: bool) -> bool:
        if self._standing is Standing.INFORMATIVE or self._is_aside(sentence):
            return False
        if self._standing is Standing.OVERVIEW:
            return is_binding(sentence) and not is_explanation(sentence)
        if is_explanation(sentence):
            return False
        return listed or has_force(sentence)

    def _is_aside(self, sentence: str) -> bool:
        """What could never be tested, wherever it stands."""
        if is_never_testable(sentence):
            return True
        if _INFORMATIVE_MARK.match(sentence):
            return True
        key = _KEY.match(sentence)
        if key is None or sentence.startswith("http"):
            return False
        label, value = key.group(1), sentence[key.end() :]
        if is_note(label):
            return not is_binding(value)
        if is_about(label) or standing_of(label) is Standing.INFORMATIVE:
            return True
        return is_perhaps_about(label) and not (
            has_modal(value) or re.search(r"\d|required|必填|唯一|unique", value)
        )

    def _reading(self, start: int, end: int, lead: Lead | None) -> str:
        quote = self.text[start:end]
        if lead is None or not lead.words or reads_alone(plain(quote)):
            return plain(quote)
        if not lead.announced and (has_force(quote) or _STORY.match(quote)):
            return plain(quote)
        return carry(lead.words, quote)

    def _add(
        self,
        start: int,
        end: int,
        reading: str,
        lead: Lead | None = None,
        label: str = "",
        kind: ItemKind | None = None,
        spare: bool = False,
    ) -> None:
        if start >= end:
            return
        heading = self.outline.current
        if kind is None:
            place = lead.said if lead and lead.announced else heading.title
            kind = kind_of(reading, " ".join([place, *(each.title for each in heading.path())]))
            if kind in ("rule", "interface") and _FLOW_TITLE.search(place):
                kind = "flow"
        item = ItemDraft(Span(self.document, start, end), self.text[start:end], reading, kind, label)
        (self.spare if spare else self.found).append(Statement(item, heading, lead))


def _unwrapped(text: str, start: int, end: int) -> Stretch:
    """Without emphasis around the whole, and without the comma or semicolon that only ends a list entry."""
    conjunction = _CONJUNCTION.search(text, max(start, end - 12), end)
    start, end = trim(text, start, conjunction.start() if conjunction else end, ",;，；、")
    match = re.match(r"(\*{1,3}|_{1,3})(?=[^\s*_])", text[start : start + 4])
    if match and text.endswith(match.group(1), start, end) and text.count(match.group(1), start, end) == 2:
        return trim(text, start + match.end(), end - match.end())
    return start, end


def lines_as_statements(text: str, document: int, lines: Iterable[Stretch]) -> list[Statement]:
    """The last resort: a text without one sentence still gives its lines."""
    root = Heading("", 0, None, Standing.NORMATIVE)
    every = list(lines)
    worded = [(start, end) for start, end in every if re.search(r"\w", text[start:end])]
    drafts = [
        ItemDraft(Span(document, start, end), text[start:end], plain(text[start:end]))
        for start, end in worded or every
    ]
    return [Statement(draft, root, None) for draft in drafts]
