"""The rounds that people begin with something in mind: a changed requirement, or cases to be written anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.db.models import Max

from core.models import User
from generator.models import CaseRequest, Document, Task
from generator.services import Upload, documents_of, ring_worker
from generator.timeline import keys_in_words
from generator.transitions import begin_planned
from realtime.events import Publisher, publishing

Kind = Literal["generate", "revise", "regenerate", "more"]


class TaskIsOpen(Exception):
    """A worker has the task or will have it: a round begins when the one before has ended."""


class NoCaseStands(Exception):
    """None of the cases counts any more: they are merged into others, obsolete or deleted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round is for, as `Task.plan` keeps it; retries of the round go on with it.

    `round` is the one that it was made for, `after` the last case's number then.
    """

    kind: Kind = "generate"
    round: int = 0
    after: int = 0

    @classmethod
    def of(cls, task: Task) -> Plan:
        return cls(**task.plan)

    @property
    def is_for_cases(self) -> bool:
        return self.kind in {"regenerate", "more"}


@dataclass(frozen=True, slots=True)
class Changed:
    """The whole requirement as it is to be: text, files, and which former documents `keep` their place."""

    requirement: str = ""
    uploads: tuple[Upload, ...] = ()
    keep: tuple[int, ...] = ()

    def documents(self, task: Task) -> list[Document]:
        """Not stored yet: the text first, then what is kept, then the files."""
        kept = list(task.documents.filter(position__in=self.keep)) if self.keep else []
        for document in kept:
            document.pk = None
            document._state.adding = True
        new = documents_of(task, self.requirement, self.uploads)
        ordered = [*new[: bool(self.requirement)], *kept, *new[bool(self.requirement) :]]
        for position, document in enumerate(ordered):
            document.position, document.revision = position, task.revision + 1
        return ordered


def revise_task(task: Task, user: User, changed: Changed) -> None:
    """Begin a round for a changed requirement. Raise `TaskIsOpen`.

    The former text, items and cases stand until the worker has read the new text and compared the two.
    """
    documents = changed.documents(task)
    with publishing() as publisher:
        _begin(publisher, task, Plan("revise", task.round + 1), "revision.requested", user=user.username)
        task.all_documents.filter(revision__gt=task.revision).delete()
        Document.objects.bulk_create(documents)
        ring_worker()


def request_cases(
    task: Task, user: User, kind: CaseRequest.Kind, numbers: Collection[int], instruction: str = ""
) -> int:
    """Begin a round that writes these cases anew, or more like them; how many of them still stand.

    Raise `TaskIsOpen` or `NoCaseStands`.
    """
    with publishing() as publisher:
        cases = list(task.cases.standing().filter(number__in=numbers).order_by("number"))
        if not cases:
            raise NoCaseStands
        last = task.cases.aggregate(last=Max("number"))["last"]
        plan = Plan("more" if kind == CaseRequest.Kind.MORE else "regenerate", task.round + 1, last)
        keys = keys_in_words([case.key for case in cases])
        told = {"user": user.username, "cases": len(cases), "keys": keys, "instruction": instruction or "–"}
        _begin(publisher, task, plan, f"{plan.kind}.requested", **told)
        CaseRequest.objects.bulk_create(
            CaseRequest(
                task=task,
                case=case,
                round=plan.round,
                kind=kind,
                instruction=instruction,
                rev=case.rev,
                user=user,
            )
            for case in cases
        )
        ring_worker()
    return len(cases)


def _begin(publisher: Publisher, task: Task, plan: Plan, entry: str, **detail: Any) -> None:
    if not begin_planned(publisher, task, asdict(plan), entry, **detail):
        raise TaskIsOpen
