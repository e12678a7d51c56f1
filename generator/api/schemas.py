"""The shapes of tasks and cases, as `generator.payloads` makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from core.api.schemas import Listing, Problem
from core.validation import Input, Line
from generator.case_inputs import Review
from generator.drafts import (
    CaseType,
    ItemKind,
    Polarity,
    Priority,
    Technique,
)
from generator.inputs import Options
from generator.models.tasks import TITLE_LIMIT as TASK_TITLE_LIMIT

Status = Literal["pending", "running", "completed", "failed", "cancelled"]


class TaskError(BaseModel):
    code: str
    message: str


class TaskUsage(BaseModel):
    input_tokens: int
    output_tokens: int
    cost: Annotated[float | None, Field(description="Null for an endpoint without a price.")]


class TaskFacts(BaseModel):
    id: UUID
    title: str
    status: Status
    stage: Literal["reading", "analysing", "generating", "reviewing"] | None
    progress: Annotated[int, Field(ge=0, le=100)]
    sections_done: int
    sections_total: int
    cases_count: int
    eta_seconds: int | None
    engine: Literal["openai", "rules"]
    model: str
    options: dict[str, Any]
    attempt: int
    round: int
    waiting_for: Literal["worker", "slot", "model", "provider"] | None
    error: TaskError | None
    usage: TaskUsage
    queue_position: int | None
    role: Annotated[Literal["owner", "edit", "view"], Field(description="What you may do with it.")]
    owner: Annotated[str, Field(description="The name of whoever asked for it.")]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    rev: int


class DocumentFacts(BaseModel):
    name: str
    size: Annotated[int, Field(description="Bytes.")]
    text_length: Annotated[int, Field(description="Characters; 0 until the worker has read the file.")]


class TaskWhole(TaskFacts):
    requirement: str
    documents: list[DocumentFacts]


class TaskCountsFacts(BaseModel):
    pending: int
    running: int
    completed: int
    failed: int
    cancelled: int


class TaskList(Listing):
    items: list[TaskFacts]
    counts: TaskCountsFacts


class TaskPatch(Input):
    title: Annotated[Line, Field(min_length=1, max_length=TASK_TITLE_LIMIT)]


class TaskRequest(Input):
    """A request for a task; `title` and `options` may be left out."""

    requirement: Annotated[str, Field(min_length=1, max_length=200_000)]
    title: Annotated[str, Field(max_length=TASK_TITLE_LIMIT)] = ""
    options: Options = Options()


class BulkFilter(Input):
    status: Annotated[str, Field(description="Statuses, separated by commas.")] = ""
    q: Annotated[Line, Field(max_length=200)] = ""


class Bulk(Input):
    """Either `filter` or `ids`."""

    action: Literal["cancel", "retry", "delete"]
    filter: BulkFilter | None = None
    ids: Annotated[list[UUID], Field(max_length=10_000)] | None = None


class Matched(BaseModel):
    matched: int


class CaseFacts(BaseModel):
    key: str
    title: str
    section: str
    requirements: list[str]
    priority: Priority
    type: CaseType
    technique: Technique
    polarity: Polarity
    preconditions: list[str]
    steps: list[dict[str, str]]
    data: str
    tags: list[str]
    position: int
    review: Review
    obsolete: bool
    merged_into: str | None
    flags: list[str]
    source: Literal["model", "rules", "person"]
    rule: str
    edited: bool
    rev: int
    created_at: datetime


class CaseList(Listing):
    items: list[CaseFacts]


class CaseMovedOn(Problem):
    """409: the case is no longer what it was at `rev`; `case` is what it is now."""

    case: CaseFacts


class CaseVersionFacts(BaseModel):
    rev: int
    case: CaseFacts
    replaced_by: str | None
    replaced_at: datetime


class CaseHistory(Listing):
    items: list[CaseVersionFacts]


class Restore(Input):
    rev: Annotated[int, Field(ge=1, strict=True)]


class Span(BaseModel):
    """Code points `start` to `end` of document number `document`, from 0."""

    document: int
    start: int
    end: int


class ItemFacts(BaseModel):
    key: str
    text: str
    quote: str
    span: Span
    kind: ItemKind
    cases: list[str]


class QuestionFacts(BaseModel):
    text: str
    span: Span | None


class Coverage(BaseModel):
    items: list[ItemFacts]
    covered: int
    total: int
    questions: list[QuestionFacts]


class Entry(BaseModel):
    at: datetime
    kind: str
    text: str
    detail: dict[str, Any]


class Estimate(BaseModel):
    items: int
    sections: int
    cases: int
    input_tokens: int
    output_tokens: int
    cost: Annotated[float | None, Field(description="Null without a price, and for the rules engine.")]
