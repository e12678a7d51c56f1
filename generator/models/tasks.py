"""A task, its counters, its checkpoints and its timeline. Transitions are in `generator.transitions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7

if TYPE_CHECKING:
    from uuid import UUID

    from core.models import User
    from generator.models.requirements import Document
    from generator.transitions import Lease

Role = Literal["owner", "edit", "view"]
"""What somebody may do with a task. Whoever has no role does not know of it."""

TITLE_LIMIT = 200
ERROR_LIMIT = 2_000


class TaskQuerySet(models.QuerySet["Task"]):
    def visible(self) -> Self:
        """Not deleted."""
        return self.filter(deleted_at=None)

    def owned_by(self, user: User) -> Self:
        return self.visible().filter(owner=user)

    def shared_with(self, user: User) -> Self:
        """Those of others that `user` may see, each with the `role`."""
        return self.visible().filter(members__user=user).annotate(role=models.F("members__role"))

    def visible_to(self, user: User) -> Self:
        """Tasks that `user` may see, each with the `role`. Long lists are faster in `parts_for`."""
        theirs = models.FilteredRelation("members", condition=models.Q(members__user=user))
        role = models.Case(
            models.When(owner=user, then=models.Value("owner")), default=models.F("membership__role")
        )
        seen = models.Q(owner=user) | models.Q(membership__isnull=False)
        return self.visible().annotate(membership=theirs).filter(seen).annotate(role=role)

    def parts_for(self, user: User) -> list[Self]:
        """The same in two parts without a task in common: each has an index that knows its order."""
        return [self.owned_by(user), self.shared_with(user)]

    def editable_parts_for(self, user: User) -> list[Self]:
        """Those of `parts_for` that `user` may change."""
        return [self.owned_by(user), self.shared_with(user).filter(role="edit")]

    def pending(self) -> Self:
        return self.filter(status=Task.Status.PENDING)

    def running(self) -> Self:
        return self.filter(status=Task.Status.RUNNING)

    def ended(self) -> Self:
        return self.filter(status__in=Task.ENDED)

    def held_by(self, lease: Lease) -> Self:
        """The row that `lease` still fences: running, and claimed by nobody since."""
        return self.running().filter(pk=lease.task_id, lease_no=lease.number)

    def light(self) -> Self:
        """Without the texts that no payload holds: they may be long."""
        return self.defer("requirement", "questions", "glossary", "plan")

    def matching(self, text: str) -> Self:
        """Tasks with `text` in their title or requirement."""
        return self.filter(models.Q(title__icontains=text) | models.Q(requirement__icontains=text))


class Task(models.Model):
    """One generation that a user asked for: `pending → running → completed | failed | cancelled`."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        RUNNING = "running", _("Running")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Stage(models.TextChoices):
        READING = "reading", _("Reading")
        ANALYSING = "analysing", _("Analysing")
        GENERATING = "generating", _("Generating")
        REVIEWING = "reviewing", _("Reviewing")

    class WaitingFor(models.TextChoices):
        WORKER = "worker", _("a worker")
        SLOT = "slot", _("a free slot")
        MODEL = "model", _("the model")
        PROVIDER = "provider", _("the provider")

    ENDED = (Status.COMPLETED, Status.FAILED, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=TITLE_LIMIT)
    requirement = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    engine = models.CharField(max_length=10, choices=[("openai", "openai"), ("rules", "rules")])
    endpoint = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    round = models.PositiveIntegerField(default=1)
    plan = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    revision = models.PositiveIntegerField(default=1, db_default=1)
    """How often the requirement was changed, plus one: which documents its items are found in."""
    attempt = models.PositiveIntegerField(default=0)
    rescues = models.PositiveIntegerField(default=0)
    reviewed_round = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    sections_done = models.PositiveIntegerField(default=0)
    sections_total = models.PositiveIntegerField(default=0)
    cases_count = models.PositiveIntegerField(default=0)
    eta_seconds = models.PositiveIntegerField(null=True)
    waiting_for = models.CharField(max_length=10, choices=WaitingFor.choices, blank=True)
    error_code = models.CharField(max_length=30, blank=True)
    error_message = models.CharField(max_length=ERROR_LIMIT, blank=True)
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    questions = models.JSONField(default=list)
    glossary = models.JSONField(default=list)
    rev = models.PositiveBigIntegerField(default=1)

    lease_no = models.PositiveBigIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    worker = models.ForeignKey("generator.Worker", null=True, on_delete=models.SET_NULL, related_name="tasks")
    cancel_requested_at = models.DateTimeField(null=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    role: Role = "owner"
    """Of whoever asked for the task: `visible_to` and its kin set it."""

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="task_status_known",
                condition=models.Q(status__in=["pending", "running", "completed", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="task_leased_while_running",
                condition=models.Q(status="running", lease_expires_at__isnull=False)
                | (~models.Q(status="running") & models.Q(lease_expires_at=None)),
            ),
            models.CheckConstraint(
                name="task_finished_when_ended",
                condition=models.Q(status__in=["completed", "failed", "cancelled"], finished_at__isnull=False)
                | models.Q(status__in=["pending", "running"], finished_at=None),
            ),
            models.CheckConstraint(name="task_progress_percent", condition=models.Q(progress__lte=100)),
            models.UniqueConstraint(
                name="task_once_an_idempotency_key",
                fields=["owner", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["owner", "created_at"],
                name="task_pending",
                condition=models.Q(status="pending", deleted_at=None),
            ),
            models.Index(fields=["created_at"], name="task_queue", condition=models.Q(status="pending")),
            models.Index(fields=["owner"], name="task_running", condition=models.Q(status="running")),
            models.Index(
                fields=["lease_expires_at"], name="task_leased", condition=models.Q(status="running")
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="task_of_owner"),
            models.Index(fields=["owner", "status", "-created_at", "-id"], name="task_of_owner_by_status"),
            models.Index(fields=["finished_at"], name="task_finished", condition=~models.Q(finished_at=None)),
            models.Index(fields=["deleted_at"], name="task_deleted", condition=~models.Q(deleted_at=None)),
        ]

    if TYPE_CHECKING:
        owner_id: UUID
        worker_id: UUID | None

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.status in {self.Status.PENDING, self.Status.RUNNING}

    @property
    def can_be_cancelled(self) -> bool:
        return self.is_open

    @property
    def can_be_retried(self) -> bool:
        """Whether something is unfinished: a round for single cases completes with sections still open.

        Such a round may even complete before any other has found the sections.
        """
        if self.status == self.Status.COMPLETED:
            return self.sections_done < self.sections_total or not self.sections_total
        return not self.is_open

    @property
    def documents(self) -> models.QuerySet[Document]:
        """What the items are found in."""
        return self.all_documents.filter(revision=self.revision)

    @property
    def queue_position(self) -> int | None:
        """1 for the pending task that has waited longest, None once a worker has it."""
        if self.status != self.Status.PENDING:
            return None
        return Task.objects.visible().pending().filter(created_at__lt=self.created_at).count() + 1

    def note(self, kind: str, **detail: Any) -> None:
        """Write a line into the task's timeline."""
        TimelineEntry.objects.create(task=self, kind=kind, detail=detail)


class TaskCounts(models.Model):
    """How many tasks a user sees by status, shared ones too: kept by the transitions, never by counting."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="task_counts"
    )
    pending = models.PositiveBigIntegerField(default=0)
    running = models.PositiveBigIntegerField(default=0)
    completed = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    cancelled = models.PositiveBigIntegerField(default=0)

    @classmethod
    def of(cls, user: User) -> dict[str, int]:
        """All five counts of `user`, by status."""
        row = cls.objects.filter(owner=user).values(*Task.Status.values).first()
        return row or dict.fromkeys(Task.Status.values, 0)


class Checkpoint(models.Model):
    """The whole result of one model call of *analysing* or *reviewing*: never asked or paid for again."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checkpoints")
    round = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=Task.Stage.choices)
    position = models.PositiveIntegerField()
    result = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "round", "stage", "position"], name="checkpoint_once")
        ]


class TimelineEntry(models.Model):
    """What happened to a task, and when. `generator.timeline` makes the words, in the reader's language."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
