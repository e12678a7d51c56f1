"""Test cases and what they were before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generator.drafts import TITLE_LIMIT
from generator.models.requirements import RequirementItem, Section
from generator.models.tasks import Task

if TYPE_CHECKING:
    from uuid import UUID


OUTDATED, WAS_ACCEPTED, UNVERIFIABLE = "outdated", "was-accepted", "unverifiable"
"""Flags: what the case tests was changed since, and after somebody had accepted it; its last expected result
names nothing to observe."""
PLACES_APART = 1_000
"""Between the positions of cases as they come, so that others can be put there without moving them all."""
CASE_KEY = re.compile(r"TC-([0-9]{3}|[1-9][0-9]{3,8})")


class CaseQuerySet(models.QuerySet["Case"]):
    def numbered(self, numbers: Iterable[int]) -> Self:
        return self.filter(number__in=list(numbers))

    def standing(self) -> Self:
        """Cases that count: neither deleted, merged into another one nor obsolete."""
        return self.present().filter(merged_into=None, obsolete=False)

    def present(self) -> Self:
        """Not deleted."""
        return self.filter(deleted_at=None)

    def with_relations(self) -> Self:
        """All that a case's payload needs, in three queries."""
        return self.select_related("section", "merged_into").prefetch_related("items")


class Case(models.Model):
    """One test case (`TC-001`). Its number is never reused within its task."""

    class Priority(models.TextChoices):
        P0 = "P0", "P0"
        P1 = "P1", "P1"
        P2 = "P2", "P2"
        P3 = "P3", "P3"

    class Type(models.TextChoices):
        FUNCTIONAL = "functional", _("Functional")
        INTERFACE = "interface", _("Interface")
        PERFORMANCE = "performance", _("Performance")
        SECURITY = "security", _("Security")
        COMPATIBILITY = "compatibility", _("Compatibility")
        USABILITY = "usability", _("Usability")

    class Technique(models.TextChoices):
        EQUIVALENCE = "equivalence", _("Equivalence partitioning")
        BOUNDARY = "boundary", _("Boundary values")
        DECISION_TABLE = "decision-table", _("Decision table")
        STATE_TRANSITION = "state-transition", _("State transition")
        PAIRWISE = "pairwise", _("Pairwise")
        SCENARIO = "scenario", _("Scenario")
        ERROR_GUESSING = "error-guessing", _("Error guessing")

    class Polarity(models.TextChoices):
        POSITIVE = "positive", _("Positive")
        NEGATIVE = "negative", _("Negative")

    class Review(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    class Source(models.TextChoices):
        MODEL = "model", _("Model")
        RULES = "rules", _("Rules")
        PERSON = "person", _("Person")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="cases")
    section = models.ForeignKey(Section, null=True, on_delete=models.SET_NULL, related_name="cases")
    items = models.ManyToManyField(RequirementItem, related_name="cases")
    number = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LIMIT)
    priority = models.CharField(max_length=2, choices=Priority.choices, default=Priority.P2)
    type = models.CharField(max_length=15, choices=Type.choices, default=Type.FUNCTIONAL)
    technique = models.CharField(max_length=20, choices=Technique.choices, default=Technique.SCENARIO)
    polarity = models.CharField(max_length=10, choices=Polarity.choices, default=Polarity.POSITIVE)
    preconditions = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    data = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.DRAFT)
    obsolete = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    source = models.CharField(max_length=10, choices=Source.choices)
    rule = models.TextField(blank=True)
    edited = models.BooleanField(default=False)
    rev = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["section__position", "position", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "number"], name="case_number"),
            models.CheckConstraint(condition=~models.Q(title=""), name="case_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        return f"TC-{self.number:03}"

    @property
    def requirement_keys(self) -> list[str]:
        """Keys of the items that it tests, in number order."""
        return [f"R{number}" for number in sorted(item.number for item in self.items.all())]

    if TYPE_CHECKING:
        task_id: UUID
        section_id: int | None


class CaseRequest(models.Model):
    """What somebody asked for one case, one call of a round: to write it anew, or others like it.

    `rev` is what it was then: whoever changes it meanwhile keeps their text.
    """

    class Kind(models.TextChoices):
        REGENERATE = "regenerate", _("Write anew")
        MORE = "more", _("More like it")

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="case_requests")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requests")
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    instruction = models.TextField(blank=True)
    rev = models.PositiveIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "round", "case"], name="case_requested_once_a_round")
        ]


class CaseVersion(models.Model):
    """What a case was at `rev`, kept when it was changed: its payload, and who replaced it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="versions")
    rev = models.PositiveIntegerField()
    content = models.JSONField()
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-rev"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "rev"], name="case_version_once")
        ]
