"""What becomes of each row: a new case, a change of one, or nothing. All of it in one transaction."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from core.models import User
from core.text import UNFIT
from core.validation import InvalidInput, messages_of
from generator import editing
from generator.case_contents import PLAIN_FIELDS, refuse_large
from generator.case_inputs import CaseInput, CasePatch
from generator.imports.rows import Content, Reading, Row
from generator.imports.strangers import strangers
from generator.models import Case, Task
from generator.payloads import case_payload
from realtime.events import Publisher, publishing

MODULE = re.compile(r"^/|\(#\d+\)$")
"""What ZenTao writes around a section's title."""


@dataclass(slots=True)
class Outcome:
    """How many rows became what; a problem is `{row, message}`."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)


class RowRefused(Exception):
    """A row can't be imported; the message says why."""


def import_cases(task: Task, user: User, name: str, reading: Reading) -> Outcome:
    """Bring the rows of the file `name` into the task. Who sees it hears of each new or changed case."""
    with publishing() as publisher:
        task = editing.locked(task)
        outcome = Settling(publisher, task, user, reading).settle()
        if outcome.created or outcome.updated:
            numbers = {"created": outcome.created, "updated": outcome.updated}
            task.note("cases.imported", name=name, user=user.username, **numbers)
            editing.count(publisher, task)
    return outcome


class Settling:
    """One import into a task that is held."""

    def __init__(self, publisher: Publisher, task: Task, user: User, reading: Reading) -> None:
        self._outcome = Outcome()
        self._publisher, self._task, self._user, self._reading = publisher, task, user, reading
        self._is_foreign = reading.task_id not in {"", str(task.pk)}
        present = list(task.cases.present().with_relations())
        self._cases = {case.key: case for case in present}
        self._strangers = strangers(reading, self._cases)
        self._contents = {_likeness(case_payload(case)) for case in present}
        gone = task.cases.exclude(deleted_at=None).values_list("number", flat=True)
        self._deleted = {Case(number=number).key for number in gone}
        self._sections = set(task.sections.values_list("title", flat=True))
        self._items = {item.key for item in task.items.all()}
        self._rows: dict[str, Row] = {}
        self._new: list[Content] = []
        self._changes: list[editing.Change] = []
        self._noted: set[str] = set()

    def settle(self) -> Outcome:
        for row in self._reading.rows:
            try:
                self._settle(row)
            except RowRefused as refused:
                self._tell(row, str(refused))
        changed = editing.change_all(self._publisher, self._task, self._user, self._changes)
        self._outcome.updated = len(changed)
        self._outcome.created = len(editing.insert(self._publisher, self._task, self._new))
        return self._outcome

    def _settle(self, row: Row) -> None:
        key = "" if self._is_strange(row) else row.key
        if key in self._rows:
            facts = {"key": key, "place": self._rows[key].place}
            raise RowRefused(_("%(key)s is in the file twice; the first one counts: %(place)s.") % facts)
        if key:
            self._rows[key] = row
        if key in self._deleted:
            raise RowRefused(_("%(key)s was deleted. Restore it from its history.") % {"key": key})
        if case := self._cases.get(key):
            self._update(row, case)
        else:
            self._create(row)

    def _is_strange(self, row: Row) -> bool:
        """Whether its keys are of another task, or none of ours."""
        return self._is_foreign or row.key in self._strangers

    def _create(self, row: Row) -> None:
        """What the task says already, however often it is imported, is no new case."""
        content, notes = self._reading.meant(row.raw)
        if row.key in self._strangers:
            notes.append(_("Its keys are those of other cases here: they are left out."))
        content = self._possible(row, _valid(CaseInput, content), notes)
        likeness = _likeness(content)
        if likeness in self._contents:
            self._outcome.unchanged += 1
            return
        _refuse_large(content)
        self._contents.add(likeness)
        self._new.append(content)

    def _update(self, row: Row, case: Case) -> None:
        now = case_payload(case)
        changes, notes = self._reading.changes(row, now)
        if changes and row.rev is not None and row.rev != case.rev:
            self._refuse_edited(row, case, row.rev)
            changes = {}
        if changes:
            valid = _valid(CasePatch, {"rev": case.rev, **changes})
            possible = self._possible(row, {name: valid[name] for name in changes}, notes)
            changes = {name: value for name, value in possible.items() if now[name] != value}
        if not changes:
            self._outcome.unchanged += 1
            return
        _refuse_large({**now, **changes})
        self._changes.append((case, changes))

    def _refuse_edited(self, row: Row, case: Case, rev: int) -> None:
        """Of a case that has moved on: its row may stand there as it was written, but not edited."""
        version = case.versions.filter(rev=rev).first()
        if version is None or self._reading.changes(row, version.content)[0]:
            words = _("%(key)s was changed since the file was written: it stays as it is (rev %(rev)s).")
            raise RowRefused(words % {"key": case.key, "rev": case.rev})

    def _possible(self, row: Row, content: Content, notes: list[str]) -> Content:
        """The content without the section and the items that the task does not have, which is noted."""
        section, keys = content.get("section", ""), content.get("requirements", [])
        if section and section not in self._sections:
            content = {**content, "section": MODULE.sub("", section)}
        if section and content["section"] not in self._sections:
            notes = [*notes, _("The task has no section “%(title)s”.") % {"title": section}]
            content = {name: value for name, value in content.items() if name != "section"}
        if keys:
            known = [] if self._is_strange(row) else [key for key in keys if key in self._items]
            unknown = [key for key in keys if key not in known]
            if unknown:
                notes = [
                    *notes,
                    _("The task has no requirement item %(keys)s.") % {"keys": ", ".join(unknown)},
                ]
            content = {**content, "requirements": known}
        for note in notes:
            if note not in self._noted:
                self._noted.add(note)
                self._tell(row, note)
        return content

    def _tell(self, row: Row, message: str) -> None:
        told = UNFIT.sub("", f"{row.place}: {message}")
        self._outcome.problems.append({"row": row.number, "message": told})


def _valid(schema: type[CaseInput | CasePatch], content: Content) -> Content:
    """The content, checked and cleaned. Raise `RowRefused`."""
    try:
        return schema.model_validate(content).given()
    except ValidationError as error:
        raise RowRefused(_said(messages_of(error.errors(include_url=False)))) from error


def _refuse_large(content: Content) -> None:
    """Raise `RowRefused` for more than a case may say."""
    try:
        refuse_large(Case(**{name: content[name] for name in PLAIN_FIELDS if name in content}))
    except InvalidInput as invalid:
        raise RowRefused(_said(invalid.errors)) from invalid


def _said(errors: dict[str, str]) -> str:
    return " ".join(f"{field}: {message}" for field, message in errors.items())


def _likeness(content: Content) -> str:
    """What makes two cases the same for whoever imports a file twice."""
    said = [content["title"], content.get("preconditions", []), content.get("steps", [])]
    return json.dumps(said, sort_keys=True)
