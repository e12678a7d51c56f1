"""Two sentences that bound the same thing by different numbers: put to the tester as a question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.drafts import ItemDraft, Language, Passage, Question
from generator.engines.rules.limits import Limit, limits
from generator.engines.rules.subjects import subject_of
from generator.engines.rules.words import CHINESE

_ONE_BOUND = frozenset({"length", "size"})
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]")
# Words that say how a limit bounds, or whom it bounds when it bounds everybody.
_FILLERS = frozenset(
    "a an the is are be shall must should may can will have has of to up at most least no not than more less longer within after"
    " for by over under and in each every any all user users reader readers customer customers member members person people maximum minimum only its it their long contain contains".split()
)
_FILLERS |= frozenset(
    "的了为是应须必可以不能得超过于少多大小读者误输失败至最每人位名个户用内后之前限需要在会将则达到满"
)


def contradictions(passage: Passage, language: Language) -> Iterator[Question]:
    """The same field, or the same words but for the number, bounded twice by different numbers."""
    seen: dict[object, tuple[str, ItemDraft]] = {}
    for item in passage.candidates:
        own: Language = "zh-hans" if CHINESE.search(item.text) else "en"
        found = limits(item.text)
        for limit in found:
            shown = item.text[limit.start : limit.end]
            for subject, key in _keys(item.text, limit, own, alone=len(found) == 1):
                earlier, first = seen.setdefault(key, (shown, item))
                if earlier != shown and first.span != item.span:
                    yield Question(_told(subject, shown, earlier, first, language), item.span)
                    break


def _keys(text: str, limit: Limit, language: Language, *, alone: bool) -> Iterator[tuple[str, object]]:
    """What a limit is known by: its field, or all words of a sentence that has no other limit."""
    subject = subject_of(text, limit, language)
    if subject and limit.dimension in _ONE_BOUND:
        yield subject, (subject, limit.dimension, limit.relation)
    words = _WORD.findall(f"{text[: limit.start]} {text[limit.end :]}".lower())
    said = frozenset(word.removesuffix("s") for word in words if word not in _FILLERS)
    if alone and len(said) + (limit.dimension == "count") > 1:
        yield subject, (said, limit.unit.english or limit.unit.chinese, _is_lower(limit))


def _is_lower(limit: Limit) -> bool:
    return limit.relation in {"least", "above"}


def _told(subject: str, shown: str, earlier: str, first: ItemDraft, language: Language) -> str:
    if language == "en":
        head = f"“{subject}” is bounded" if subject else "It is bounded"
        return f"{head} by “{shown}” here and by “{earlier}” in “{first.quote[:60]}”. Which holds?"
    head = f"“{subject}”此处" if subject else "此处"
    return f"{head}限制为“{shown}”，而“{first.quote[:60]}”中为“{earlier}”，以哪个为准？"
