"""Tasks and everything that hangs on them (design §1)."""

from generator.models.cases import Case, CaseVersion
from generator.models.requirements import Document, RequirementItem, Section
from generator.models.tasks import Checkpoint, Task, TaskCounts, TimelineEntry
from generator.models.workers import Worker

__all__ = [
    "Case",
    "CaseVersion",
    "Checkpoint",
    "Document",
    "RequirementItem",
    "Section",
    "Task",
    "TaskCounts",
    "TimelineEntry",
    "Worker",
]
