"""What people do with cases: add, change, delete, restore. Nothing written is ever lost (interface §3).

Every function locks the task first, keeps the former content as a `CaseVersion` and tells who sees the task.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Max, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.validation import InvalidInput
from generator.audience import audience_of, tell, tell_updated
from generator.drafts import CASE_BYTES_LIMIT
from generator.models import Case, CaseVersion, RequirementItem, Section, Task
from generator.models.cases import OUTDATED, UNVERIFIABLE, WAS_ACCEPTED
from generator.payloads import case_payload
from generator.pipeline.likeness import is_vague
from generator.versions import version_of
from realtime.events import Publisher, encode, publishing

PLAIN_FIELDS = "title priority type technique polarity preconditions steps data tags position review".split()
CONTENT_FIELDS = [*PLAIN_FIELDS, "section", "requirements"]
ITEM_KEY = re.compile(r"R[1-9][0-9]{0,8}")
REVIEW_FIELDS = {"review", "position"}
"""Changing these alone is no edit of what the case says."""
PLACE_FIELDS = {"position", "section"}
"""Changing these alone is no look at what it says."""


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
    keys = [key for content in contents for key in content.get("requirements", [])]
    items = {item.key: item for item in _items(task, keys)}
    sections = {section.title: section for section in task.sections.order_by("-position")}
    cases = []
    for number, content in enumerate(contents, first):
        section = sections.get(content.get("section", ""))
        case = Case(task=task, number=number, position=number, source=Case.Source.PERSON, section=section)
        _fill(case, content, [items[key] for key in content.get("requirements", [])])
        cases.append(case)
    Case.objects.bulk_create(cases)
    links = [
        Case.items.through(case_id=case.pk, requirementitem_id=items[key].pk)
        for case, content in zip(cases, contents, strict=True)
        for key in dict.fromkeys(content.get("requirements", []))
    ]
    Case.items.through.objects.bulk_create(links)
    fresh = list(task.cases.filter(number__gte=first).order_by("number").with_relations())
    _tell(publisher, task, "case.created", *({"case": case_payload(case)} for case in fresh))
    return fresh


def update_case(task: Task, user: User, number: int, rev: int, changes: Mapping[str, Any]) -> Case:
    """Change what `changes` names. Raise `NoSuchCase`, `CaseMoved` or `InvalidInput`."""
    with publishing() as publisher:
        task = locked(task)
        case = _present_at(task, number, rev)
        before = case_payload(case)
        if any(before[field] != value for field, value in changes.items()):
            case = change(publisher, task, user, case, changes)
            task.note("case.updated", key=case.key, user=user.username)
    return case


def change(publisher: Publisher, task: Task, user: User, case: Case, changes: Mapping[str, Any]) -> Case:
    """`update_case` for whoever holds the task and notes what is done. Raise `InvalidInput`."""
    before = case_payload(case)
    changed = {field for field, value in changes.items() if before[field] != value}
    _keep(case, user)
    case.edited = case.edited or bool(changed - REVIEW_FIELDS)
    if changed - PLACE_FIELDS:
        _look_again(case, changes)
    _write(case, changes)
    return _fresh(publisher, task, case, "case.updated")


def delete_case(task: Task, user: User, number: int) -> None:
    """Take a case away; its history stays and `restore_version` brings it back. Raise `NoSuchCase`."""
    with publishing() as publisher:
        task = locked(task)
        remove(publisher, task, user, _present_at(task, number))
        task.note("case.deleted", key=Case(number=number).key, user=user.username)
        count(publisher, task)


def remove(publisher: Publisher, task: Task, user: User, case: Case) -> None:
    """`delete_case` for whoever holds the task, notes what is done and counts."""
    _keep(case, user)
    Case.objects.filter(pk=case.pk).update(deleted_at=timezone.now(), rev=F("rev") + 1)
    _tell(publisher, task, "case.deleted", {"key": case.key})


def restore_version(task: Task, user: User, number: int, rev: int) -> Case:
    """Make a case what it was at `rev`, deleted or not. Raise `NoSuchCase` or `InvalidInput`."""
    with publishing() as publisher:
        task = locked(task)
        found = _find(task.cases.all().with_relations(), number)
        case = bring_back(publisher, task, user, found, rev)
        task.note("case.restored", key=case.key, user=user.username)
        count(publisher, task)
    return case


def bring_back(publisher: Publisher, task: Task, user: User, case: Case, rev: int) -> Case:
    """`restore_version` for whoever holds the task, notes what is done and counts. Raise `InvalidInput`.

    What it says counts as edited, a review that is taken back does not. What was flagged then is so again.
    """
    version = case.versions.filter(rev=rev).first()
    if version is None:
        raise InvalidInput({"rev": _("The case was never kept at this rev.")})
    event = "case.updated"
    if case.deleted_at is None:
        _keep(case, user)
    else:
        case.deleted_at, event = None, "case.created"
    now, then = case_payload(case), _still_possible(task, version.content)
    says = {field for field in CONTENT_FIELDS if field not in REVIEW_FIELDS}
    case.edited = case.edited or any(now[field] != then[field] for field in says)
    kept = [flag for flag in case.flags if flag in {OUTDATED, WAS_ACCEPTED}]
    case.flags = list(dict.fromkeys([*kept, *version.content["flags"]]))
    _write(case, then)
    return _fresh(publisher, task, case, event)


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


def _keep(case: Case, user: User) -> None:
    version_of(case, user).save()


def _look_again(case: Case, changes: Mapping[str, Any]) -> None:
    """Whoever reviews or edits a case knows what it tests now; other steps may show a result at last."""
    settled = {OUTDATED, WAS_ACCEPTED}
    if changes.get("steps") and not is_vague(changes["steps"][-1]["expected"]):
        settled.add(UNVERIFIABLE)
    case.flags = [flag for flag in case.flags if flag not in settled]


def _write(case: Case, content: Mapping[str, Any]) -> None:
    """Set and save all that `content` names, as the case's next revision."""
    items = _items(case.task, content["requirements"]) if "requirements" in content else None
    _fill(case, content, items or [])
    case.rev += 1
    case.save()
    if items is not None:
        case.items.set(items)
        if case.obsolete and any(not item.obsolete for item in items):
            Case.objects.filter(pk=case.pk).update(obsolete=False)


def _fill(case: Case, content: Mapping[str, Any], items: Sequence[RequirementItem]) -> None:
    """Set what `content` names; a case without a section goes to that of its first item."""
    for field in PLAIN_FIELDS:
        if field in content:
            setattr(case, field, content[field])
    if "section" in content:
        case.section = _section(case, content["section"])
    elif items and case.section is None:
        case.section = items[0].section
    refuse_large(case)


def _section(case: Case, title: str) -> Section | None:
    """The task's section of this title: the case's own, if that is called so."""
    if not title:
        return None
    if case.section and case.section.title == title:
        return case.section
    section = case.task.sections.filter(title=title).first()
    if section is None:
        raise InvalidInput({"section": _("The task has no section “%(title)s”.") % {"title": title}})
    return section


def _items(task: Task, keys: Sequence[str]) -> list[RequirementItem]:
    numbers = {int(key[1:]) for key in keys if ITEM_KEY.fullmatch(key)}
    known = {item.key: item for item in task.items.filter(number__in=numbers).select_related("section")}
    unknown = [key for key in keys if key not in known]
    if unknown:
        words = _("The task has no requirement item %(keys)s.")
        raise InvalidInput({"requirements": words % {"keys": ", ".join(unknown)}})
    return [known[key] for key in dict.fromkeys(keys)]


def refuse_large(case: Case) -> None:
    """Raise `InvalidInput` for more than a case may say."""
    content = {field: getattr(case, field) for field in PLAIN_FIELDS}
    sizes = {field: len(encode({field: value}).encode()) for field, value in content.items()}
    if sum(sizes.values()) > CASE_BYTES_LIMIT:
        largest = max(sizes, key=lambda field: sizes[field])
        raise InvalidInput({largest: _("A case holds at most 20 KB in all: shorten this field.")})


def _still_possible(task: Task, content: Mapping[str, Any]) -> dict[str, Any]:
    """A former content without the section and items that the task no longer has."""
    keys = {item.key for item in task.items.all()}
    possible = {field: content[field] for field in CONTENT_FIELDS}
    possible["requirements"] = [key for key in content["requirements"] if key in keys]
    if not task.sections.filter(title=content["section"]).exists():
        possible["section"] = ""
    return possible


def _fresh(publisher: Publisher, task: Task, case: Case, event: str) -> Case:
    """Tell what became of the case, and return it as it is now."""
    fresh = Case.objects.with_relations().get(pk=case.pk)
    _tell(publisher, task, event, {"case": case_payload(fresh)})
    return fresh


def _tell(publisher: Publisher, task: Task, event: str, *payloads: Mapping[str, Any]) -> None:
    """Nobody hears of a task that was deleted since it was found."""
    if task.deleted_at is None:
        hearers = audience_of([task.pk])[task.pk]
        for payload in payloads:
            tell(publisher, hearers, event, task_id=str(task.pk), **payload)


def count(publisher: Publisher, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(cases_count=task.cases.standing().count(), rev=F("rev") + 1)
    task.refresh_from_db()
    tell_updated(publisher, task)
