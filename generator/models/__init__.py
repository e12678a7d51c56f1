"""Tasks and everything that hangs on them (design §1)."""

from generator.models.cases import Case, CaseRequest, CaseVersion
from generator.models.members import Member
from generator.models.requirements import Document, RequirementItem, Section
from generator.models.tasks import Checkpoint, Task, TaskCounts, TimelineEntry
from generator.models.totals import DailyTotal
from generator.models.workers import ProviderPause, Turn, Worker

__all__ = [
    "Case",
    "CaseRequest",
    "CaseVersion",
    "Checkpoint",
    "DailyTotal",
    "Document",
    "Member",
    "ProviderPause",
    "RequirementItem",
    "Section",
    "Task",
    "TaskCounts",
    "TimelineEntry",
    "Turn",
    "Worker",
]
