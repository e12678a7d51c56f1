"""The measures of one text: what an engine made of it, held against the labels. `docs/quality.md` says how."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from generator.drafts import CaseDraft
from quality.labels import Label, LabelledText
from quality.matching import Matches, matches
from quality.quantities import points_hit, quantities
from quality.writing import Written

NEAR_EQUAL = 0.9
PARAPHRASE = 0.7
_WORDS = re.compile(r"[a-z]+|\d+(?:[.,:]\d+)*|[\u4e00-\u9fff]")
_TOLD_APART = re.compile(r" \(R\d+\)$", re.M)  # the engine's own mark on a title that it had used already
_EMPTY_PRAISE = re.compile(
    r"(?:works?|behaves?|functions?|responds?|handled|processed|displayed|shown)?\s*"
    r"(?:as (?:expected|specified|required|described|intended)|correctly|properly|successfully|well|fine|normally)"
    r"|meets? the requirements?|is (?:ok|okay|correct|successful)"
    r"|(?:符合|满足)(?:预期|要求|需求)|(?:显示|运行|工作|处理|响应|功能)(?:正常|正确|成功)|无异常",
    re.I,
)


@dataclass
class Result:
    """What was counted; a pair is (good, of how many)."""

    text: LabelledText
    items: int = 0
    cases: int = 0
    found: tuple[int, int] = (0, 0)
    covered: tuple[int, int] = (0, 0)
    right: tuple[int, int] = (0, 0)
    literal: tuple[int, int] = (0, 0)
    points: tuple[int, int] = (0, 0)
    asked: tuple[int, int] = (0, 0)
    duplicates: int = 0
    paraphrases: int = 0
    unverifiable: int = 0
    empty: int = 0
    techniques: float = 0.0
    negative: int = 0
    notes: list[str] = field(default_factory=list)


def measure(text: LabelledText, written: Written) -> Result:
    found = matches(text.labels, written.items)
    cases = written.cases
    result = Result(text, items=len(written.items), cases=len(cases))
    _measure_items(result, found, written)
    _measure_limits(result, found, written)
    result.asked = _asked(text, written)
    result.duplicates = sum(1 for _ in _duplicates(written))
    result.paraphrases = sum(_is_paraphrase(case, written) for case in cases)
    result.unverifiable = sum(_is_unverifiable(case) for case in cases)
    result.empty = sum(_has_empty_field(case) for case in cases)
    result.techniques = _techniques(cases)
    result.negative = sum(case.polarity == "negative" for case in cases)
    return result


def _measure_items(result: Result, found: Matches, written: Written) -> None:
    text = result.text
    tested = {key for case in written.cases for key in case.requirements}
    wanted = [number for number, label in enumerate(text.labels) if not label.optional]
    covered = [
        number
        for number in wanted
        if found.found[number] and all(key in tested for key in found.pieces[number])
    ]
    result.found = (sum(found.found[number] for number in wanted), len(wanted))
    result.covered = (len(covered), len(wanted))
    result.right = (len(written.items) - len(found.astray), len(written.items))
    literal = sum(text.text[item.span.start : item.span.end] == item.quote for item in written.items.values())
    result.literal = (literal, len(written.items))
    result.notes += [f"not found: {_words_of(text, number)}" for number in wanted if not found.found[number]]
    result.notes += [f"no requirement: {written.items[key].quote[:70]}" for key in found.astray]


def _measure_limits(result: Result, found: Matches, written: Written) -> None:
    hit = wanted = 0
    for number, label in enumerate(result.text.labels):
        if label.optional or not label.limits:
            continue
        keys = set(found.pieces[number])
        said = [
            each
            for case in written.cases
            if keys & set(case.requirements)
            for each in quantities(_said(case))
        ]
        for limit in label.limits:
            points = points_hit(limit, said)
            hit, wanted = hit + points, wanted + 3
            if points < 3:
                result.notes.append(
                    f"{points} of 3 points: {limit.quote} in {_words_of(result.text, number)}"
                )
    result.points = (hit, wanted)


def _asked(text: LabelledText, written: Written) -> tuple[int, int]:
    """What the text leaves open, and where some question of the engine points."""
    spans = [question.span for question in written.questions if question.span]
    asked = [
        (start, end)
        for start, end in text.open_points
        if any(span.start < end and start < span.end for span in spans)
    ]
    return len(asked), len(text.open_points)


def _words_of(text: LabelledText, number: int) -> str:
    label: Label = text.labels[number]
    return " ".join(text.text[label.start : label.end].split())[:70]


def _said(case: CaseDraft) -> str:
    steps = (half for step in case.steps for half in (step.action, step.expected))
    return "\n".join((case.title, *case.preconditions, case.data, *steps))


def _duplicates(written: Written) -> Iterator[CaseDraft]:
    """Cases that a tester would perform and judge as an earlier one, of whatever item.

    Title, data and steps are nearly the same words and all the same numbers, and none of the words that differ is
    one by which their requirements differ: "title of the course" and "title of the class" are two fields.
    """
    kept: list[tuple[Counter[str], list[str], set[str]]] = []
    for case in written.cases:
        words = _WORDS.findall(_TOLD_APART.sub("", _said(case)).lower())
        bag, numbers = Counter(words), [word for word in words if word[0].isdigit()]
        asked = _asked_for(case, written)
        if any(
            numbers == theirs
            and _alike(bag, other)
            and not _differ_in_matter(bag, other, asked ^ their_asked)
            for other, theirs, their_asked in kept
        ):
            yield case
        else:
            kept.append((bag, numbers, asked))


def _asked_for(case: CaseDraft, written: Written) -> set[str]:
    return {word for key in case.requirements for word in _WORDS.findall(written.items[key].text.lower())}


def _differ_in_matter(one: Counter[str], other: Counter[str], matter: set[str]) -> bool:
    differing = (one - other) + (other - one)
    return any(word in matter or word.rstrip("s") in matter or f"{word}s" in matter for word in differing)


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    return (one & other).total() >= NEAR_EQUAL * (one | other).total()


def _is_paraphrase(case: CaseDraft, written: Written) -> bool:
    """Whether title, data and steps say little that the sentence does not say."""
    quoted = _asked_for(case, written)
    body = "\n".join((case.data, *(half for step in case.steps for half in (step.action, step.expected))))
    words = set(_WORDS.findall(body.lower()))
    return len(words & quoted) >= PARAPHRASE * len(words)


def _is_unverifiable(case: CaseDraft) -> bool:
    """Whether some expected result only praises: "works as expected", 显示正常."""
    return any(
        (found := _EMPTY_PRAISE.search(step.expected)) and len(found[0]) > len(step.expected) / 2
        for step in case.steps
    )


def _has_empty_field(case: CaseDraft) -> bool:
    fields: Iterable[str] = (
        case.title,
        case.data,
        case.rule or "a model names none",
        *case.preconditions,
        *(half for step in case.steps for half in (step.action, step.expected)),
    )
    return not case.steps or not case.preconditions or any(not each.strip() for each in fields)


def _techniques(cases: list[CaseDraft]) -> float:
    pairs = {(key, case.technique) for case in cases for key in case.requirements}
    keys = {key for key, _ in pairs}
    return len(pairs) / len(keys) if keys else 0.0
