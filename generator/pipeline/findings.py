"""What a look at a task's cases finds. Nothing of it is written here: it may take seconds, in a thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from generator.drafts import CaseDraft, Gap
from generator.engines.rules import missing_boundaries
from generator.models import Case, RequirementItem
from generator.models.cases import OUTDATED, UNVERIFIABLE
from generator.pipeline.likeness import drafts_by_item, duplicates, is_a_persons, is_unverifiable

OBSERVABLE = "an expected result that can be observed"


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing, the items that lack it, the titles of their cases, and the vague ones."""

    UNCOVERED: ClassVar[str] = "no case yet"

    gaps: tuple[Gap, ...] = ()
    items: tuple[RequirementItem, ...] = ()
    titles: tuple[str, ...] = ()
    vague: tuple[Case, ...] = ()

    def left(self, mended: Collection[int]) -> tuple[Gap, ...]:
        """Without the cases that were written anew already."""
        done = {case.title for case in self.vague if case.pk in mended}
        return tuple(gap for gap in self.gaps if gap.title not in done or not gap.title)


@dataclass(frozen=True, slots=True)
class Findings:
    """`merged` holds cases with those that say the same; `replaced` are outdated ones that fresh ones follow.

    `outdated` still want a look by somebody; `incomplete` are items without all points of their boundaries.
    """

    merged: list[tuple[Case, Case]]
    flagged: list[Case]
    replaced: list[Case]
    outdated: list[Case]
    missing: Gaps
    uncovered: int
    incomplete: int

    def parts(self, most: int) -> Iterator[Findings]:
        """Up to `most` merged cases at a time, for writes that let others write in between.

        The last part holds all else, and whatever is merged into a flagged case: that changes once, and the
        others in as few parts as can be.
        """
        flagged = {case.pk for case in self.flagged}
        late = [pair for pair in self.merged if pair[1].pk in flagged]
        early = sorted(
            (pair for pair in self.merged if pair[1].pk not in flagged), key=lambda pair: pair[1].number
        )
        while len(early) > most:
            yield Findings(early[:most], [], [], [], Gaps(), 0, 0)
            early = early[most:]
        yield replace(self, merged=early + late)


def look_through(
    cases: list[Case],
    items: list[RequirementItem],
    *,
    after: int = 0,
    askable: Collection[RequirementItem] = (),
) -> Findings:
    """What the `askable` items lack may be asked for; cases up to the number `after` stay unmerged."""
    merged = list(duplicates(cases, after=after))
    gone = {case.pk for case, _ in merged}
    confirmed = {twin.pk for case, twin in merged}
    standing = [case for case in cases if case.pk not in gone]
    fresh = [case for case in standing if OUTDATED not in case.flags or case.pk in confirmed]
    drafts = drafts_by_item(fresh)
    outdated = [case for case in standing if OUTDATED in case.flags and case.pk not in confirmed]
    replaced = [case for case in outdated if _is_replaced(case, drafts)]
    flagged = [case for case in fresh if is_unverifiable(case)]
    left = [case for case in outdated if case not in replaced]
    covered = drafts.keys() | drafts_by_item(left).keys()
    return Findings(
        merged=merged,
        flagged=flagged,
        replaced=replaced,
        outdated=left,
        missing=_gaps(askable, drafts, fresh),
        uncovered=sum(item.key not in covered for item in items),
        incomplete=sum(bool(missing_boundaries(item.text, drafts[item.key])) for item in items),
    )


def _is_replaced(case: Case, fresh: defaultdict[str, list[CaseDraft]]) -> bool:
    """Nobody put work into it, and each item that still counts has cases of its new words."""
    keys = [item.key for item in case.items.all() if not item.obsolete]
    return not is_a_persons(case) and all(key in fresh for key in keys)


def _gaps(
    items: Collection[RequirementItem], drafts: defaultdict[str, list[CaseDraft]], cases: list[Case]
) -> Gaps:
    """Items without a case, numbers without all of their boundary points, results nobody could observe."""
    keys = {item.key for item in items}
    vague = tuple(case for case in cases if _is_to_be_mended(case, keys))
    gaps = [gap for item in items for gap in _gaps_of(item, drafts[item.key])]
    gaps += [
        Gap(next(key for key in case.requirement_keys if key in keys), OBSERVABLE, case.title)
        for case in vague
    ]
    lacking = {gap.key for gap in gaps}
    again = {case.title for case in vague}
    titles = dict.fromkeys(
        draft.title for key in lacking for draft in drafts[key] if draft.title not in again
    )
    return Gaps(tuple(gaps), tuple(item for item in items if item.key in lacking), tuple(titles), vague)


def _is_to_be_mended(case: Case, keys: Collection[str]) -> bool:
    is_vague = UNVERIFIABLE in case.flags or is_unverifiable(case)
    return is_vague and not is_a_persons(case) and any(key in keys for key in case.requirement_keys)


def _gaps_of(item: RequirementItem, drafts: list[CaseDraft]) -> Iterator[Gap]:
    if not drafts:
        yield Gap(item.key, Gaps.UNCOVERED)
    for boundary in missing_boundaries(item.text, drafts):
        yield Gap(item.key, f"boundary {' / '.join(boundary.points)} {boundary.unit}".strip())
