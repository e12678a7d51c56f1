"""One action for a selection of cases: review, tags, place, deletion, and undoing each of them.

What somebody changed since it was read is left as it is and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.models import User
from generator import editing
from generator.arranging import places
from generator.case_inputs import LIST_LIMIT
from generator.models import Case, Task
from generator.payloads import Payload
from realtime.events import Publisher, publishing

Action = Literal["accept", "reject", "draft", "tag", "untag", "move", "delete", "restore"]
REVIEWS = {"accept": Case.Review.ACCEPTED, "reject": Case.Review.REJECTED, "draft": Case.Review.DRAFT}
ALONE = {"delete": "case.deleted", "restore": "case.restored"}
"""What the timeline says of one case; of others it says that they changed."""
BATCH = 100
SHOWN_KEYS = 10
"""Of a selection, in the timeline."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A case, the `rev` that was read, and for "restore" the one that it had before."""

    number: int
    rev: int | None = None
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to the picked cases; to move them: before which one of that section, or last."""

    action: Action
    tags: Sequence[str] = ()
    section: str | None = None
    before: int | None = None


@dataclass(slots=True)
class Done:
    """`changed` are `{key, before, rev}`: restoring all of them undoes it. `stale` are the keys of others."""

    changed: list[Payload] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def act(task: Task, user: User, wish: Wish, picks: Sequence[Pick]) -> Done:
    """Do what is wished to each picked case. Raise `InvalidInput`."""
    done = Done()
    size = len(picks) if wish.action == "move" else BATCH
    for first in range(0, len(picks), max(1, size)):
        with publishing() as publisher:
            work = _Work(publisher, editing.locked(task), user, wish, done)
            work.do(picks[first : first + size])
    return done


class _Work:
    """A batch, for a task that is held."""

    def __init__(self, publisher: Publisher, task: Task, user: User, wish: Wish, done: Done) -> None:
        self._publisher, self._task, self._user, self._wish, self._done = publisher, task, user, wish, done
        self._acts: dict[str, Callable[[list[tuple[Pick, Case]]], None]] = {
            "move": self._move,
            "delete": self._delete,
            "restore": self._restore,
        }

    def do(self, picks: Sequence[Pick]) -> None:
        before = len(self._done.changed)
        self._acts.get(self._wish.action, self._change)(list(self._found(picks)))
        keys = [change["key"] for change in self._done.changed[before:]]
        if not keys:
            return
        self._note(keys)
        if self._wish.action in ALONE:
            editing.count(self._publisher, self._task)

    def _found(self, picks: Sequence[Pick]) -> Iterable[tuple[Pick, Case]]:
        """The picked cases that nobody changed since."""
        cases = self._task.cases.all() if self._wish.action == "restore" else self._task.cases.present()
        numbered = cases.numbered(pick.number for pick in picks).with_relations()
        found = {case.number: case for case in numbered}
        for pick in picks:
            case = found.pop(pick.number, None)
            if case and pick.rev in {None, case.rev}:
                yield pick, case
            else:
                self._done.stale.append(Case(number=pick.number).key)

    def _change(self, found: list[tuple[Pick, Case]]) -> None:
        for _pick, case in found:
            self._update(case, self._changes_of(case))

    def _changes_of(self, case: Case) -> dict[str, Any]:
        action, tags = self._wish.action, self._wish.tags
        if action in REVIEWS:
            return {"review": REVIEWS[action]}
        if action == "untag":
            return {"tags": [tag for tag in case.tags if tag not in tags]}
        return {"tags": list(dict.fromkeys([*case.tags, *tags]))[:LIST_LIMIT]}

    def _move(self, found: list[tuple[Pick, Case]]) -> None:
        moving = [case for _pick, case in found]
        if not moving:
            return
        section = _title(moving[0]) if self._wish.section is None else self._wish.section
        taken = places(self._task, moving, section, self._wish.before)
        for case, position in taken.items():
            changes: dict[str, Any] = {"position": position}
            if case in moving and _title(case) != section:
                changes["section"] = section
            self._update(case, changes)

    def _update(self, case: Case, changes: dict[str, Any]) -> None:
        if all(_now(case, name) == value for name, value in changes.items()):
            return
        before = case.rev
        fresh = editing.change(self._publisher, self._task, self._user, case, changes)
        self._tell(case, before, fresh.rev)

    def _delete(self, found: list[tuple[Pick, Case]]) -> None:
        for _pick, case in found:
            editing.remove(self._publisher, self._task, self._user, case)
            self._tell(case, case.rev, case.rev + 1)

    def _restore(self, found: list[tuple[Pick, Case]]) -> None:
        for pick, case in found:
            assert pick.to is not None, "its rev is known to whoever undoes something"
            before = case.rev
            fresh = editing.bring_back(self._publisher, self._task, self._user, case, pick.to)
            self._tell(case, before, fresh.rev)

    def _tell(self, case: Case, before: int, rev: int) -> None:
        self._done.changed.append({"key": case.key, "before": before, "rev": rev})

    def _note(self, keys: list[str]) -> None:
        user, action = self._user.username, self._wish.action
        if len(keys) == 1:
            self._task.note(ALONE.get(action, "case.updated"), key=keys[0], user=user)
            return
        shown = ", ".join(keys[:SHOWN_KEYS]) + (" …" if len(keys) > SHOWN_KEYS else "")
        self._task.note(f"cases.{action}", user=user, count=len(keys), keys=shown)


def _title(case: Case) -> str:
    return case.section.title if case.section else ""


def _now(case: Case, name: str) -> Any:
    return _title(case) if name == "section" else getattr(case, name)
