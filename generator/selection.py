"""One action for a selection of cases: review, tags, place, deletion, and undoing each of them.

What somebody changed since it was read is left as it is and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.models import User
from generator import editing
from generator.arranging import places
from generator.case_inputs import LIST_LIMIT
from generator.models import Case, Task
from generator.payloads import Payload
from generator.timeline import keys_in_words
from generator.turns import let_others_write
from realtime.events import Publisher, publishing

Action = Literal["accept", "reject", "draft", "tag", "untag", "move", "delete", "restore"]
REVIEWS = {"accept": Case.Review.ACCEPTED, "reject": Case.Review.REJECTED, "draft": Case.Review.DRAFT}
ALONE = {"delete": "case.deleted", "restore": "case.restored"}
"""What the timeline says of one case; of others it says that they changed."""
BATCH = 50
"""Cases written in one transaction: a tenth of a second, in which no one else writes to SQLite."""


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
    """Do what is wished to each picked case. Raise `InvalidInput`, most often before anything is done."""
    done = Done()
    if wish.action == "restore":
        numbers = task.cases.numbered(pick.number for pick in picks).values_list("number", flat=True)
        known = set(numbers)
        editing.kept_versions(task, [(pick.number, _rev_of(pick)) for pick in picks if pick.number in known])
    if wish.action == "move":
        _move(task, user, wish, list(picks), done)
        return Done(_once_each(done.changed), done.stale)
    for first in range(0, len(picks), BATCH):
        if first:
            let_others_write()
        with publishing() as publisher:
            work = _Work(publisher, editing.locked(task), user, wish, done)
            work.do(picks[first : first + BATCH])
    return done


def _move(task: Task, user: User, wish: Wish, picks: list[Pick], done: Done) -> None:
    """Make room, then put the cases there, as long as something is not where it is to be.

    Each transaction leaves an order that was or will be; what others did in between is looked at anew.
    """
    while True:
        with publishing() as publisher:
            work = _Work(publisher, editing.locked(task), user, wish, done)
            picks = work.move(picks)
        if not picks:
            return
        let_others_write()


def _once_each(changed: list[Payload]) -> list[Payload]:
    """Who made room twice, since others wrote in between, did so from where it stood first."""
    first: dict[str, Payload] = {}
    for change in changed:
        first[change["key"]] = {**change, "before": first.get(change["key"], change)["before"]}
    return list(first.values())


def _rev_of(pick: Pick) -> int:
    assert pick.to is not None, "its rev is known to whoever undoes something"
    return pick.to


class _Work:
    """A batch, for a task that is held."""

    def __init__(self, publisher: Publisher, task: Task, user: User, wish: Wish, done: Done) -> None:
        self._publisher, self._task, self._user, self._wish, self._done = publisher, task, user, wish, done

    def do(self, picks: Sequence[Pick]) -> None:
        before = len(self._done.changed)
        found = list(self._found(picks))
        if self._wish.action == "delete":
            self._delete([case for _pick, case in found])
        elif self._wish.action == "restore":
            self._restore(found)
        else:
            self._change([(case, self._changes_of(case)) for _pick, case in found])
        keys = [change["key"] for change in self._done.changed[before:]]
        if not keys:
            return
        self._note(keys)
        if self._wish.action in ALONE:
            editing.count(self._publisher, self._task)

    def move(self, picks: Sequence[Pick]) -> list[Pick]:
        """Write one batch of places; the picks as they are now, none once all are where they are to be."""
        moving = [case for _pick, case in self._found(picks)]
        if not moving:
            return []
        section = _title(moving[0]) if self._wish.section is None else self._wish.section
        numbers = {case.number for case in moving}
        due = {
            case: changes
            for case, position in places(self._task, moving, section, self._wish.before).items()
            if (changes := _place(case, position, section if case.number in numbers else None))
        }
        others = [case for case in due if case.number not in numbers]
        # Who makes room goes first, the last of them ahead: each finds its new place free.
        batch = list(due) if len(due) <= BATCH else others[: -BATCH - 1 : -1] or list(due)[:BATCH]
        before = len(self._done.changed)
        whole = Case.objects.with_relations().in_bulk([case.pk for case in batch])
        self._change([(whole[case.pk], due[case]) for case in batch])
        revs = {change["key"]: change["rev"] for change in self._done.changed[before:]}
        if len(batch) == len(due):
            self._note_moved()
            return []
        return [Pick(case.number, revs.get(case.key, case.rev)) for case in moving]

    def _found(self, picks: Sequence[Pick]) -> Iterator[tuple[Pick, Case]]:
        """The picked cases that nobody changed since."""
        cases = self._task.cases.all() if self._wish.action == "restore" else self._task.cases.present()
        numbered = cases.numbered(pick.number for pick in picks)
        is_moved = self._wish.action == "move"
        numbered = numbered.select_related("section") if is_moved else numbered.with_relations()
        found = {case.number: case for case in numbered}
        for pick in picks:
            case = found.pop(pick.number, None)
            if case and pick.rev in {None, case.rev}:
                yield pick, case
            else:
                self._done.stale.append(Case(number=pick.number).key)

    def _changes_of(self, case: Case) -> dict[str, Any]:
        action, tags = self._wish.action, self._wish.tags
        if action in REVIEWS:
            return {"review": REVIEWS[action]}
        if action == "untag":
            return {"tags": [tag for tag in case.tags if tag not in tags]}
        return {"tags": list(dict.fromkeys([*case.tags, *tags]))[:LIST_LIMIT]}

    def _change(self, wanted: Sequence[tuple[Case, dict[str, Any]]]) -> None:
        """What is so already gets no new rev."""
        due = [
            (case, changes)
            for case, changes in wanted
            if any(_now(case, name) != value for name, value in changes.items())
        ]
        revs = [case.rev for case, _changes in due]
        for before, fresh in zip(
            revs, editing.change_all(self._publisher, self._task, self._user, due), strict=True
        ):
            self._tell(fresh, before, fresh.rev)

    def _delete(self, cases: list[Case]) -> None:
        editing.remove_all(self._publisher, self._task, self._user, cases)
        for case in cases:
            self._tell(case, case.rev, case.rev + 1)

    def _restore(self, found: list[tuple[Pick, Case]]) -> None:
        revs = [case.rev for _pick, case in found]
        wanted = [(case, _rev_of(pick)) for pick, case in found]
        back = editing.bring_back_all(self._publisher, self._task, self._user, wanted)
        for before, fresh in zip(revs, back, strict=True):
            self._tell(fresh, before, fresh.rev)

    def _tell(self, case: Case, before: int, rev: int) -> None:
        self._done.changed.append({"key": case.key, "before": before, "rev": rev})

    def _note_moved(self) -> None:
        keys = list(dict.fromkeys(change["key"] for change in self._done.changed))
        if keys:
            self._note(keys)

    def _note(self, keys: list[str]) -> None:
        user, action = self._user.username, self._wish.action
        if len(keys) == 1:
            self._task.note(ALONE.get(action, "case.updated"), key=keys[0], user=user)
            return
        self._task.note(f"cases.{action}", user=user, count=len(keys), keys=keys_in_words(keys))


def _place(case: Case, position: int, section: str | None) -> dict[str, Any]:
    """What is to be written to have it there; without a section it stays in its own."""
    place = {"position": position} if section is None else {"position": position, "section": section}
    return {name: value for name, value in place.items() if _now(case, name) != value}


def _title(case: Case) -> str:
    return case.section.title if case.section else ""


def _now(case: Case, name: str) -> Any:
    return _title(case) if name == "section" else getattr(case, name)
