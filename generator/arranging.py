"""Where cases stand among others: who is moved gets the place, and as few as possible make room."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from django.utils.translation import gettext as _

from core.validation import InvalidInput
from generator.models import Case, Task

PLACE = attrgetter("position", "number")
"""Where a case stands in its group."""


def siblings(task: Task, section: str) -> list[Case]:
    """The cases in the sections of this title, or without one, as they stand; of each, its place alone."""
    cases = task.cases.present().only("task", "number", "position")
    inside = cases.filter(section__title=section) if section else cases.filter(section=None)
    return sorted(inside, key=PLACE)


def places(task: Task, moving: Sequence[Case], section: str, before: int | None) -> dict[Case, int]:
    """New positions that put `moving` before the case of that number, or last. Raise `InvalidInput`."""
    moved = {case.number for case in moving}
    all_of_it = siblings(task, section)
    at = len(all_of_it) if before is None else _index_of(all_of_it, before)
    ahead = [case for case in all_of_it[:at] if case.number not in moved]
    behind = [case for case in all_of_it[at:] if case.number not in moved]
    return _make_room(ahead, list(moving), behind)


def _index_of(cases: Sequence[Case], number: int) -> int:
    """Raise `InvalidInput` when it is not among them."""
    for index, case in enumerate(cases):
        if case.number == number:
            return index
    raise InvalidInput({"before": _("There is no such case in this section.")})


def _make_room(ahead: list[Case], moving: list[Case], behind: list[Case]) -> dict[Case, int]:
    """Those behind step back until there is a gap, or those ahead step forward: whichever are fewer."""
    first = ahead[-1].position + 1 if ahead else max(0, _first(behind) - len(moving))
    later = _closed_up([*moving, *behind], len(moving), first, 1)
    if not (ahead and behind):
        return later
    earlier = _closed_up([*reversed(moving), *reversed(ahead)], len(moving), _first(behind) - 1, -1)
    fits = min(earlier.values()) >= 0
    return earlier if fits and len(earlier) < len(later) else later


def _first(cases: list[Case]) -> int:
    return cases[0].position if cases else 0


def _closed_up(cases: list[Case], moving: int, place: int, step: int) -> dict[Case, int]:
    """Places one after the other, as far as somebody stands in the way of those that are moved."""
    taken: dict[Case, int] = {}
    for index, case in enumerate(cases):
        if index >= moving and (case.position - place) * step >= 0:
            break
        taken[case] = place
        place += step
    return taken
