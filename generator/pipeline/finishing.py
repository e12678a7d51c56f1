"""A section's end is its checkpoint: finished, counted and told in one fenced transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from generator.audience import tell_updated
from generator.drafts import Usage
from generator.models import RequirementItem, Section, Task, TimelineEntry
from generator.pipeline.usage import spent
from generator.transitions import Lease
from realtime.events import Publisher


@dataclass(frozen=True, slots=True)
class Finished:
    """A section whose call was answered whole, and what that took at `endpoint`."""

    lease: Lease
    section: Section
    endpoint: str
    usage: Usage


def complete_sections(publisher: Publisher, sections: list[Finished]) -> None:
    """Their tasks are locked."""
    done = Section.objects.filter(pk__in=[one.section.pk for one in sections])
    done.update(status=Section.Status.COMPLETED, error_code="", error_message="")
    RequirementItem.objects.filter(section__in=done.values("pk")).update(is_written=True)
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            task_id=one.lease.task_id, kind="section.completed", detail={"title": one.section.title}
        )
        for one in sections
    )
    by_task: defaultdict[UUID, list[Finished]] = defaultdict(list)
    for one in sections:
        by_task[one.lease.task_id].append(one)
    for task_id, ours in by_task.items():
        usage = Usage(
            sum(one.usage.input_tokens for one in ours), sum(one.usage.output_tokens for one in ours)
        )
        Task.objects.filter(pk=task_id).update(
            sections_done=F("sections_done") + len(ours), rev=F("rev") + 1, **spent(ours[0].endpoint, usage)
        )
    tell_updated(publisher, *Task.objects.light().select_related("owner").filter(pk__in=by_task))
