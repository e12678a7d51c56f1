"""Writing what a review found: under the task's lock, and only to what nobody changed meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from copy import copy
from dataclasses import asdict
from typing import Any

from generator.audience import audience_of, tell
from generator.drafts import CaseDraft
from generator.models import Case, CaseVersion, Task
from generator.models.cases import OUTDATED, UNVERIFIABLE, WAS_ACCEPTED
from generator.payloads import case_payload
from generator.pipeline.findings import Findings
from generator.saving import save_all
from generator.transitions import Lease
from generator.versions import version_of
from realtime.events import Publisher

SETTLED = {OUTDATED, WAS_ACCEPTED, UNVERIFIABLE}
CONTENT = "title priority type technique polarity preconditions steps data tags source rule".split()


def tidy(lease: Lease, publisher: Publisher, findings: Findings, *, is_last: bool) -> Task:
    """Merge, flag and retire cases; the task as it is after that.

    Outdated ones stand until the last look: what is still asked for may be what replaces or confirms them.
    """
    task = lease.task()
    twins = {case.pk: twin for case, twin in findings.merged}
    standing = set(task.cases.standing().values_list("pk", flat=True))
    merged = _unmoved(task, [case for case, twin in findings.merged if twin.pk in standing])
    flagged = _unmoved(task, findings.flagged)
    retired = _unmoved(task, findings.replaced) if is_last else []
    for case in merged:
        case.merged_into = twins[case.pk]
    for case in flagged:
        case.flags = [*case.flags, UNVERIFIABLE]
    for case in retired:
        case.obsolete = True
    kept = _join(task, merged, twins, {case.pk: case for case in flagged})
    changed = {case.pk: case for case in [*kept, *merged, *flagged, *retired]}
    store(task, publisher, changed.values(), ["merged_into", "flags", "obsolete", "rev"])
    for kind, cases in (("merged", merged), ("flagged", flagged), ("replaced", retired)):
        if cases:
            task.note(f"review.{kind}", count=len(cases))
    if merged or retired:
        return lease.change(cases_count=task.cases.standing().count())
    return task


def _unmoved(task: Task, cases: list[Case]) -> list[Case]:
    revs = dict(task.cases.present().filter(pk__in=[case.pk for case in cases]).values_list("pk", "rev"))
    return [copy(case) for case in cases if revs.get(case.pk) == case.rev]


def _join(task: Task, merged: list[Case], twins: dict[int, Case], flagged: dict[int, Case]) -> list[Case]:
    """The cases that others were merged into: they test their items too, and say what is still true."""
    ids = {twins[case.pk].pk for case in merged}
    kept = {case.pk: case for case in task.cases.filter(pk__in=ids).with_relations()}
    added: defaultdict[int, set[int]] = defaultdict(set)
    for case in merged:
        added[twins[case.pk].pk] |= {item.pk for item in case.items.all() if not item.obsolete}
    touched = []
    for pk, twin in kept.items():
        more = added[pk] - {item.pk for item in twin.items.all()}
        if more:
            twin.items.add(*more)
        if more or OUTDATED in twin.flags:
            touched.append(pk)
    fresh = {case.pk: case for case in task.cases.filter(pk__in=touched).with_relations()}
    for case in fresh.values():
        flags = flagged[case.pk].flags if case.pk in flagged else case.flags
        case.flags = [flag for flag in flags if flag not in {OUTDATED, WAS_ACCEPTED}]
    return list(fresh.values())


def mend_cases(task: Task, publisher: Publisher, mended: Collection[tuple[Case, CaseDraft]]) -> None:
    """Write vague cases anew, where nobody changed them meanwhile. Their history keeps what they were."""
    drafts = {case.pk: draft for case, draft in mended}
    # Flagging raised the `rev` of what was looked at.
    revs = {case.pk: case.rev + (UNVERIFIABLE not in case.flags) for case, _ in mended}
    found = task.cases.standing().filter(pk__in=drafts).with_relations()
    cases = [case for case in found if case.rev == revs[case.pk]]
    for case in cases:
        rewrite_case(case, drafts[case.pk])
    store(task, publisher, cases, [*CONTENT, "flags", "rev"])
    if cases:
        task.note("review.mended", count=len(cases))


def rewrite_case(case: Case, draft: CaseDraft, **facts: Any) -> None:
    """Make the case what the draft says, of the same items. Its history keeps what it was."""
    CaseVersion.objects.get_or_create(case=case, rev=case.rev, defaults={"content": version_of(case).content})
    written = asdict(draft)
    for field in CONTENT:
        if field in written:
            setattr(
                case, field, list(written[field]) if isinstance(written[field], tuple) else written[field]
            )
    case.flags = [flag for flag in case.flags if flag not in SETTLED]
    for field, value in facts.items():
        setattr(case, field, value)


def store(task: Task, publisher: Publisher, cases: Collection[Case], fields: list[str]) -> None:
    """Save changed cases as their next revision, and tell it."""
    told = {} if task.deleted_at else audience_of([task.pk])[task.pk]
    for case in cases:
        case.rev += 1
        tell(publisher, told, "case.updated", task_id=str(task.pk), case=case_payload(case))
    save_all(list(cases), fields)
