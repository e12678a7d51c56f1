"""What a task reads: documents, their sections and the testable statements in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from generator.models.tasks import Task

if TYPE_CHECKING:
    from uuid import UUID


PASTED = "requirement.txt"
"""The name of a text that came without a file."""
ITEM_KEY = re.compile(r"R([1-9][0-9]{0,8})")


class Document(models.Model):
    """A source of the requirement: the pasted text (position 0 when there is one) or a file.

    `content` holds an upload's bytes until *reading* has made `text` of them, or, where a model is to see its
    pictures, until *analysing* is done. Documents of a former `revision` of the task stay; those of the next
    one wait until its items are stored.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="all_documents")
    revision = models.PositiveIntegerField(default=1, db_default=1)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100, default="text/plain")
    size = models.PositiveBigIntegerField()
    content = models.BinaryField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "revision", "position"], name="document_position")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pasted(self) -> bool:
        """Whether it came as text, not as a file."""
        return self.position == 0 and self.name == PASTED


class SectionQuerySet(models.QuerySet["Section"]):
    def current(self) -> Self:
        """Sections of the requirement as it is now."""
        return self.filter(obsolete=False)

    def unfinished(self) -> Self:
        """Those whose cases are still to be written."""
        return self.current().exclude(status=Section.Status.COMPLETED)


class Section(models.Model):
    """A part of the requirement that one model call generates: unit of parallel work and checkpoint."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    document = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    error_code = models.CharField(max_length=30, blank=True)
    error_message = models.CharField(max_length=2_000, blank=True)
    obsolete = models.BooleanField(default=False, db_default=False)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "position"], name="section_position")
        ]

    def __str__(self) -> str:
        return self.title

    if TYPE_CHECKING:
        task_id: UUID


class RequirementItemQuerySet(models.QuerySet["RequirementItem"]):
    def current(self) -> Self:
        """Items of the requirement as it is now."""
        return self.filter(obsolete=False)


class RequirementItem(models.Model):
    """One testable statement (`R1`, `R2` …) with its exact span: `quote` is `document.text[start:end]`.

    `revision` is the task's in which it came to say what it says; `is_written` once the call that was to
    write its cases came to its end.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("Rule")
        FLOW = "flow", _("Flow")
        DATA = "data", _("Data")
        INTERFACE = "interface", _("Interface")
        QUALITY = "quality", _("Quality")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="items")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    document = models.PositiveSmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    text = models.TextField()
    label = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RULE)
    obsolete = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1, db_default=1)
    is_written = models.BooleanField(default=False, db_default=False)

    objects = RequirementItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["document", "start", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "number"], name="item_number"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="item_span_not_empty"),
        ]

    if TYPE_CHECKING:
        section_id: int

    def __str__(self) -> str:
        return f"{self.key} {self.text}"

    @property
    def key(self) -> str:
        return f"R{self.number}"

    @property
    def span(self) -> dict[str, Any]:
        """`{document, start, end}` in code points of the document's stored text."""
        return {"document": self.document, "start": self.start, "end": self.end}
