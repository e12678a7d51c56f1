"""The JSON of tasks, cases and coverage, one serializer each for HTTP, events and exports (interface §3)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.functions import Length

from generator.models import Case, RequirementItem, Task, Worker

Payload = dict[str, Any]
PROGRESS_FIELDS = "rev progress sections_done sections_total cases_count eta_seconds".split()


@dataclass(frozen=True, slots=True)
class Queue:
    """Where the pending ones of many tasks stand: three queries for all of them, two for a single one."""

    has_workers: bool
    positions: dict[UUID, int]

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> Queue:
        times = {task.pk: task.created_at for task in tasks if task.status == Task.Status.PENDING}
        if not times:
            return cls(False, {})
        first, last = min(times.values()), max(times.values())
        pending = Task.objects.visible().pending().order_by("created_at")
        ahead = pending.filter(created_at__lt=first).count() + 1
        between = pending.filter(created_at__gte=first, created_at__lte=last)
        among = [] if first == last else list(between.values_list("created_at", flat=True))
        positions = {pk: ahead + bisect_left(among, time) for pk, time in times.items()}
        return cls(Worker.objects.alive().exists(), positions)


def task_payload(task: Task, queue: Queue | None = None) -> Payload:
    """A task as the API and its events give it; lists bring the `queue` that all of them stand in.

    `role` is that of whoever asked for the task (`generator.audience` tells each reader their own).
    """
    queue = queue or Queue.of([task])
    error = {"code": task.error_code, "message": task.error_message} if task.error_code else None
    return {
        "id": str(task.pk),
        "title": task.title,
        "status": task.status,
        "stage": task.stage or None,
        "progress": task.progress,
        "sections_done": task.sections_done,
        "sections_total": task.sections_total,
        "cases_count": task.cases_count,
        "eta_seconds": task.eta_seconds,
        "engine": task.engine,
        "model": task.model,
        "options": task.options,
        "attempt": task.attempt,
        "round": task.round,
        "waiting_for": waiting_for(task, queue),
        "error": error,
        "usage": usage_payload(task),
        "queue_position": queue.positions.get(task.pk),
        "role": task.role,
        "owner": task.owner.username,
        "created_at": task.created_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "rev": task.rev,
    }


def task_whole_payload(task: Task) -> Payload:
    """A task with what it was made from."""
    return {**task_payload(task), "requirement": task.requirement, "documents": documents_payload(task)}


def documents_payload(task: Task) -> list[Payload]:
    """`{name, size, text_length}` of each document, without loading any of them."""
    rows = task.documents.annotate(text_length=Length("text")).values("name", "size", "text_length")
    return [dict(row) for row in rows]


def usage_payload(task: Task) -> Payload:
    """Tokens so far; `cost` is null for an endpoint without a price."""
    cost = None if task.cost is None else float(task.cost)
    return {"input_tokens": task.input_tokens, "output_tokens": task.output_tokens, "cost": cost}


def progress_payload(task: Task) -> Payload:
    """What `task.progress` tells of a running task."""
    return {
        "id": str(task.pk),
        **{field: getattr(task, field) for field in PROGRESS_FIELDS},
        "stage": task.stage or None,
        "waiting_for": task.waiting_for or None,
        "usage": usage_payload(task),
    }


def waiting_for(task: Task, queue: Queue) -> str | None:
    """What a task waits for: a pending one for a worker or a slot, a running one for what is noted."""
    if task.status == Task.Status.PENDING:
        return Task.WaitingFor.SLOT if queue.has_workers else Task.WaitingFor.WORKER
    return task.waiting_for or None


def case_payload(case: Case, requirements: list[str] | None = None) -> Payload:
    """A case as the API, its events and exports give it; fetch it `with_relations()`.

    Who has just made it knows the keys of its `requirements`.
    """
    return {
        "key": case.key,
        "title": case.title,
        "section": case.section.title if case.section else "",
        "requirements": case.requirement_keys if requirements is None else requirements,
        "priority": case.priority,
        "type": case.type,
        "technique": case.technique,
        "polarity": case.polarity,
        "preconditions": case.preconditions,
        "steps": case.steps,
        "data": case.data,
        "tags": case.tags,
        "position": case.position,
        "review": case.review,
        "obsolete": case.obsolete,
        "merged_into": case.merged_into.key if case.merged_into else None,
        "flags": case.flags,
        "source": case.source,
        "rule": case.rule,
        "edited": case.edited,
        "rev": case.rev,
        "created_at": case.created_at,
    }


def item_payload(item: RequirementItem, cases: list[str]) -> Payload:
    """A requirement item with the keys of the cases that test it."""
    return {
        "key": item.key,
        "text": item.text,
        "quote": item.quote,
        "span": item.span,
        "kind": item.kind,
        "cases": cases,
    }


def coverage_payload(task: Task) -> Payload:
    """Which items have which standing cases, and what the requirement leaves open."""
    cases: defaultdict[int, list[int]] = defaultdict(list)
    links = Case.items.through.objects.filter(case__in=task.cases.standing())
    for item_id, number in links.order_by("case__number").values_list("requirementitem_id", "case__number"):
        cases[item_id].append(number)
    items = [
        item_payload(item, [Case(number=number).key for number in cases[item.pk]])
        for item in task.items.current()
    ]
    covered = sum(bool(item["cases"]) for item in items)
    return {"items": items, "covered": covered, "total": len(items), "questions": task.questions}
