"""Which cases say the same, and which results nobody could observe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.drafts import CaseDraft, Step
from generator.models import Case
from generator.models.cases import OUTDATED, UNVERIFIABLE, WAS_ACCEPTED

NEAR_EQUAL = 0.9
"""Share of words that two cases of the same item must have in common to be one."""
ITEMS_OF_A_CASE = 100
"""A case takes in no more by merging: nobody can read a longer list, and it is written with each change."""
NEAR_TITLE = 0.75
"""The same for titles of cases of different items with equal steps: the title may say what they are for."""
VAGUE_RESULT = re.compile(
    r"^\W*(?:(?:it|everything|the (?:system|function|feature|page|operation|app(?:lication)?))\s+)?"
    r"(?:(?:should\s+)?(?:works?|behaves?|functions?|responds?)\s*"
    r"(?:correctly|properly|well|fine|normally|as expected)?"
    r"|(?:as|is|meets)\s+expect\w*|ok|okay|success(?:ful(?:ly)?)?|pass(?:es|ed)?|correct|normal"
    r"|(?:系统|功能|页面|操作|结果|程序)?(?:运行|显示|工作|处理|响应)?(?:正常|正确|成功|符合预期|符合要求|没有问题|无异常|通过))\W*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]")
_FILLERS = frozenset("a an the is are be of to in on at for with and or that this it its as by then".split())
_FILLERS |= frozenset("的了在于为将把被与和及或并后")
"""Words that change nothing: cases of different items that differ in these alone say the same."""
_OF_FIELDS = {Case.Technique.BOUNDARY, Case.Technique.EQUIVALENCE}
_DENIALS = frozenset("not no never cannot without refuses refused rejects rejected denies denied".split())
_DENIALS |= frozenset("不无未非禁拒")


def is_vague(expected: str) -> bool:
    """Whether an expected result names nothing that somebody could observe."""
    return not expected.strip() or bool(VAGUE_RESULT.match(expected.strip()))


def is_unverifiable(case: Case) -> bool:
    """Whether its last expected result is vague and nobody has said so yet."""
    if UNVERIFIABLE in case.flags or case.source == Case.Source.PERSON:
        return False
    return not case.steps or is_vague(case.steps[-1]["expected"])


def is_a_persons(case: Case) -> bool:
    """What somebody wrote, edited or accepted, be it for former words of its item."""
    is_accepted = case.review == Case.Review.ACCEPTED or WAS_ACCEPTED in case.flags
    return case.edited or is_accepted or case.source == Case.Source.PERSON


def draft_of(case: Case) -> CaseDraft:
    """A stored case as engines write it."""
    return CaseDraft(
        title=case.title,
        requirements=tuple(case.requirement_keys),
        steps=tuple(Step(**step) for step in case.steps),
        priority=case.priority,  # type: ignore[arg-type]  # the columns hold these choices alone
        type=case.type,  # type: ignore[arg-type]
        technique=case.technique,  # type: ignore[arg-type]
        polarity=case.polarity,  # type: ignore[arg-type]
        preconditions=tuple(case.preconditions),
        data=case.data,
        tags=tuple(case.tags),
        rule=case.rule,
    )


def drafts_by_item(cases: Iterable[Case]) -> defaultdict[str, list[CaseDraft]]:
    """The cases of each item, by its key."""
    drafts: defaultdict[str, list[CaseDraft]] = defaultdict(list)
    for case in cases:
        draft = draft_of(case)
        for key in draft.requirements:
            drafts[key].append(draft)
    return drafts


@dataclass(frozen=True, slots=True)
class Said:
    """What a case says: the words of its steps, and those of what it begins with and uses."""

    steps: frozenset[str]
    given: frozenset[str]

    @classmethod
    def by(cls, draft: CaseDraft) -> Said:
        halves = [half for step in draft.steps for half in (step.action, step.expected)]
        return cls(_words(" ".join(halves)), _words(" ".join([*draft.preconditions, draft.data])) - _FILLERS)

    @property
    def essence(self) -> Said:
        """Without the words that change nothing."""
        return Said(self.steps - _FILLERS, self.given)

    def is_like(self, other: Said) -> bool:
        """Near-equal steps, neither a number nor a denial apart, and the same given as far as both name it.

        Boundary cases differ in values, cases of states in what they begin with.
        """
        every = self.steps | other.steps
        apart = self.steps ^ other.steps
        differ = any(word[0].isdigit() or word in _DENIALS for word in apart)
        is_given_alike = self.given <= other.given or other.given <= self.given
        return not differ and is_given_alike and len(apart) <= (1 - NEAR_EQUAL) * len(every)


def _is_near(title: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles of cases with the same steps speak of the same: numbers, and most of the words."""
    differ = any(word[0].isdigit() or word in _DENIALS for word in title ^ other)
    return not differ and len(title & other) >= NEAR_TITLE * len(title | other)


def _words(text: str) -> frozenset[str]:
    """Words (Latin), characters (Han) and numbers, numbers with their order."""
    numbers = {f"{place}:{number}" for place, number in enumerate(re.findall(r"\d+(?:\.\d+)?", text))}
    return frozenset(_WORD.findall(text.lower())) | numbers


def is_like_any(draft: CaseDraft, others: Iterable[CaseDraft]) -> bool:
    """Whether one of `others` says the same already."""
    said = Said.by(draft)
    return any(draft.polarity == other.polarity and said.is_like(Said.by(other)) for other in others)


def duplicates(cases: Sequence[Case], *, after: int = 0) -> Iterator[tuple[Case, Case]]:
    """Cases that say what another one says, each with that one.

    Of one item, near-equal steps are enough, whatever the technique; of different ones, only fillers may
    differ, and a quarter of the title. What a person wrote, edited or accepted is never merged away, nor is
    an outdated case or one that is numbered up to `after`. Nothing is merged beyond `ITEMS_OF_A_CASE`.
    """
    index = _Index()
    safe = {case.pk for case in cases if is_a_persons(case) or case.number <= after or OUTDATED in case.flags}
    for case in sorted(cases, key=lambda case: (case.pk not in safe, case.number)):
        said = Said.by(draft_of(case))
        twin = None if case.pk in safe else index.twin_of(case, said)
        if twin:
            index.merge(case, twin)
            yield case, twin
        else:
            index.add(case, said)


_Essence = tuple[str, int | None, Said]


def _essence(case: Case, said: Said) -> _Essence:
    """Equal for cases that one run of them all would try.

    “The name” in one section is another field than in the next one, so values of fields stay apart.
    """
    place = case.section_id if case.technique in _OF_FIELDS else None
    return case.polarity, place, said.essence


class _Index:
    """Cases that stand, by their items and by all that they say."""

    def __init__(self) -> None:
        self._tested: dict[int, set[str]] = {}
        self._by_item: defaultdict[tuple[str, str], list[tuple[Case, Said]]] = defaultdict(list)
        self._by_essence: defaultdict[_Essence, list[tuple[Case, frozenset[str]]]] = defaultdict(list)

    def add(self, case: Case, said: Said) -> None:
        for key in case.requirement_keys:
            self._by_item[key, case.polarity].append((case, said))
        self._by_essence[_essence(case, said)].append((case, _words(case.title)))

    def merge(self, case: Case, twin: Case) -> None:
        self._tested[twin.pk] = self._tested_by(twin) | set(case.requirement_keys)

    def _tested_by(self, case: Case) -> set[str]:
        return self._tested.get(case.pk) or set(case.requirement_keys)

    def _takes(self, twin: Case, keys: set[str]) -> bool:
        tested = self._tested_by(twin)
        return keys <= tested or len(tested | keys) <= ITEMS_OF_A_CASE

    def twin_of(self, case: Case, said: Said) -> Case | None:
        keys = set(case.requirement_keys)
        for key in case.requirement_keys:
            for other, theirs in self._by_item[key, case.polarity]:
                if OUTDATED not in other.flags and said.is_like(theirs) and self._takes(other, keys):
                    return other
        title = _words(case.title)
        near = self._by_essence[_essence(case, said)]
        return next(
            (other for other, words in near if self._takes(other, keys) and _is_near(title, words)), None
        )
