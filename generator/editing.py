"""What people do with cases: add, change, delete, restore. Nothing written is ever lost (interface §3).

Every function locks the task first, keeps the former content as a `CaseVersion` and tells who sees the task.
Those for whoever holds the task take any number of cases, in as many queries as for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Max, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.validation import InvalidInput
from generator.audience import audience_of, tell, tell_updated
from generator.case_contents import (
    CONTENT_FIELDS,
    fill,
    items_of,
    links,
    look_again,
    sections_of,
    still_possible,
)
from generator.models import Case, CaseVersion, Task
from generator.models.cases import OUTDATED, PLACES_APART, WAS_ACCEPTED
from generator.payloads import case_payload
from generator.saving import save_all
from generator.versions import version_of
from realtime.events import Publisher, publishing

REVIEW_FIELDS = {"review", "position"}
"""Changing these alone is no edit of what the case says."""
PLACE_FIELDS = {"position", "section"}
"""Changing these alone is no look at what it says."""
Change = tuple[Case, Mapping[str, Any]]
"""A case as it is, with its relations, and what is to be written to it."""


class CaseMoved(Exception):
    """Somebody changed the case since `rev` was read; `case` is what it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.key)
        self.case = case


class NoSuchCase(Http404):
    """The task has no such case, or it is deleted."""


def add_case(task: Task, user: User, content: Mapping[str, Any]) -> Case:
    """A case that `user` wrote, with the task's next number. Raise `InvalidInput`."""
    with publishing() as publisher:
        task = locked(task)
        (case,) = insert(publisher, task, [content])
        task.note("case.created", key=case.key, user=user.username)
        count(publisher, task)
    return case


def insert(publisher: Publisher, task: Task, contents: Sequence[Mapping[str, Any]]) -> list[Case]:
    """`add_case`, any number at once, for whoever holds the task, notes and counts. Raise `InvalidInput`."""
    first = (task.cases.aggregate(last=Max("number"))["last"] or 0) + 1
    items, sections = items_of(task, contents), sections_of(task, contents)
    cases = []
    for number, content in enumerate(contents, first):
        case = Case(task=task, number=number, position=number * PLACES_APART, source=Case.Source.PERSON)
        fill(case, content, items, sections)
        cases.append(case)
    Case.objects.bulk_create(cases)
    Case.items.through.objects.bulk_create(
        link
        for case, content in zip(cases, contents, strict=True)
        for link in links(case, content.get("requirements", ()), items)
    )
    fresh = list(task.cases.filter(number__gte=first).order_by("number").with_relations())
    _tell(publisher, task, [("case.created", {"case": case_payload(case)}) for case in fresh])
    return fresh


def update_case(task: Task, user: User, number: int, rev: int, changes: Mapping[str, Any]) -> Case:
    """Change what `changes` names. Raise `NoSuchCase`, `CaseMoved` or `InvalidInput`."""
    with publishing() as publisher:
        task = locked(task)
        case = _present_at(task, number, rev)
        before = case_payload(case)
        if any(before[field] != value for field, value in changes.items()):
            (case,) = change_all(publisher, task, user, [(case, changes)])
            task.note("case.updated", key=case.key, user=user.username)
    return case


def change_all(publisher: Publisher, task: Task, user: User, changes: Sequence[Change]) -> list[Case]:
    """`update_case`, any number at once, for whoever holds the task and notes it. Raise `InvalidInput`."""
    CaseVersion.objects.bulk_create(version_of(case, user) for case, _changes in changes)
    for case, content in changes:
        before = case_payload(case)
        changed = {field for field, value in content.items() if before[field] != value}
        case.edited = case.edited or bool(changed - REVIEW_FIELDS)
        if changed - PLACE_FIELDS:
            look_again(case, content)
    return _write(publisher, task, changes)


def delete_case(task: Task, user: User, number: int) -> None:
    """Take a case away; its history stays and `restore_version` brings it back. Raise `NoSuchCase`."""
    with publishing() as publisher:
        task = locked(task)
        remove_all(publisher, task, user, [_present_at(task, number)])
        task.note("case.deleted", key=Case(number=number).key, user=user.username)
        count(publisher, task)


def remove_all(publisher: Publisher, task: Task, user: User, cases: Sequence[Case]) -> None:
    """`delete_case`, any number at once, for whoever holds the task, notes what is done and counts."""
    CaseVersion.objects.bulk_create(version_of(case, user) for case in cases)
    gone = Case.objects.filter(pk__in=[case.pk for case in cases])
    gone.update(deleted_at=timezone.now(), rev=F("rev") + 1)
    _tell(publisher, task, [("case.deleted", {"key": case.key}) for case in cases])


def restore_version(task: Task, user: User, number: int, rev: int) -> Case:
    """Make a case what it was at `rev`, deleted or not. Raise `NoSuchCase` or `InvalidInput`."""
    with publishing() as publisher:
        task = locked(task)
        found = _find(task.cases.all().with_relations(), number)
        (case,) = bring_back_all(publisher, task, user, [(found, rev)])
        task.note("case.restored", key=case.key, user=user.username)
        count(publisher, task)
    return case


def bring_back_all(
    publisher: Publisher, task: Task, user: User, wanted: Sequence[tuple[Case, int]]
) -> list[Case]:
    """`restore_version` for whoever holds the task, notes what is done and counts. Raise `InvalidInput`.

    What it says counts as edited, a review that is taken back does not. What was flagged then is so again.
    """
    kept = kept_versions(task, [(case.number, rev) for case, rev in wanted])
    keys = {f"R{number}" for number in task.items.values_list("number", flat=True)}
    titles = set(task.sections.values_list("title", flat=True))
    present = [case for case, _rev in wanted if case.deleted_at is None]
    CaseVersion.objects.bulk_create(version_of(case, user) for case in present)
    changes = []
    for case, rev in wanted:
        then = kept[case.number, rev]
        content = still_possible(then, keys, titles)
        _become(case, content, then["flags"])
        changes.append((case, content))
    return _write(publisher, task, changes, created={case.pk for case, _rev in wanted} - _ids(present))


def kept_versions(task: Task, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """What cases were, by their number and rev. Raise `InvalidInput` when one was never kept so."""
    versions = CaseVersion.objects.filter(
        case__task=task,
        case__number__in=[number for number, _rev in wanted],
        rev__in=[rev for _number, rev in wanted],
    )
    kept = {(number, rev): content for number, rev, content in versions.values_list(*_VERSION)}
    if not all(one in kept for one in wanted):
        raise InvalidInput({"rev": _("The case was never kept at this rev.")})
    return kept


_VERSION = ("case__number", "rev", "content")


def _become(case: Case, then: Mapping[str, Any], flags: Sequence[str]) -> None:
    now = case_payload(case)
    says = [field for field in CONTENT_FIELDS if field not in REVIEW_FIELDS]
    case.deleted_at = None
    case.edited = case.edited or any(now[field] != then[field] for field in says)
    kept = [flag for flag in case.flags if flag in {OUTDATED, WAS_ACCEPTED}]
    case.flags = list(dict.fromkeys([*kept, *flags]))


def history(task: Task, number: int) -> QuerySet[CaseVersion]:
    """What a case was before, the latest first. Raise `NoSuchCase`."""
    return _find(task.cases.all(), number).versions.select_related("replaced_by")


def locked(task: Task) -> Task:
    return Task.objects.select_for_update().get(pk=task.pk)


def _find(cases: QuerySet[Case], number: int) -> Case:
    case = cases.filter(number=number).first()
    if case is None:
        raise NoSuchCase
    return case


def _present_at(task: Task, number: int, rev: int | None = None) -> Case:
    case = _find(task.cases.present().with_relations(), number)
    if rev is not None and case.rev != rev:
        raise CaseMoved(case)
    return case


STATE = ["edited", "flags", "obsolete", "deleted_at", "rev"]


def _write(
    publisher: Publisher, task: Task, changes: Sequence[Change], created: Sequence[int] | set[int] = ()
) -> list[Case]:
    """Save and tell all that is to be written, as each case's next revision; the cases as they are now."""
    contents = [content for _case, content in changes]
    items, sections = items_of(task, contents), sections_of(task, contents)
    for case, content in changes:
        fill(case, content, items, sections)
        case.rev += 1
    named = {field for content in contents for field in content} - {"requirements"}
    fields = named | ({"section"} if items else set())
    save_all([case for case, _content in changes], [*sorted(fields), *STATE])
    tested = [change for change in changes if "requirements" in change[1]]
    Case.items.through.objects.filter(case__in=_ids(case for case, _content in tested)).delete()
    Case.items.through.objects.bulk_create(
        link for case, content in tested for link in links(case, content["requirements"], items)
    )
    found = Case.objects.with_relations().in_bulk([case.pk for case, _content in changes])
    fresh = [found[case.pk] for case, _content in changes]
    kinds = {True: "case.created", False: "case.updated"}
    _tell(publisher, task, [(kinds[case.pk in created], {"case": case_payload(case)}) for case in fresh])
    return fresh


def _ids(cases: Any) -> set[int]:
    return {case.pk for case in cases}


def _tell(publisher: Publisher, task: Task, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Nobody hears of a task that was deleted since it was found."""
    if task.deleted_at is None:
        hearers = audience_of([task.pk])[task.pk]
        for event, payload in told:
            tell(publisher, hearers, event, task_id=str(task.pk), **payload)


def count(publisher: Publisher, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(cases_count=task.cases.standing().count(), rev=F("rev") + 1)
    task.refresh_from_db()
    tell_updated(publisher, task)
