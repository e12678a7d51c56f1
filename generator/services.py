"""What people do with tasks: request, cancel, retry, rename, delete, restore. One verb a function."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from core.models import User
from generator import transitions
from generator.audience import Audience, audience_of, move_counts, tell_deleted, tell_task, tell_updated
from generator.choosing import engine_facts
from generator.members import keep_room
from generator.models import Document, Task
from generator.models.requirements import PASTED
from generator.models.tasks import TITLE_LIMIT
from realtime import bells
from realtime.chat.rooms import close_task_room
from realtime.events import Publisher, publishing

GENERATION_CHANNEL = "generation"
TITLE_FROM_TEXT = 80
RESTORE_WITHIN = timedelta(hours=1)


class IdempotencyConflict(Exception):
    """The same `Idempotency-Key` came with a different body before."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: judged by `generator.documents`, read by the worker."""

    name: str
    media_type: str
    content: bytes


def request_task(
    owner: User,
    *,
    requirement: str = "",
    title: str = "",
    options: dict[str, Any] | None = None,
    uploads: Sequence[Upload] = (),
    idempotency_key: str = "",
) -> Task:
    """Make a pending task and tell its owner; the worker is rung after the commit.

    The input is taken as valid (see `generator.inputs`). Raise `IdempotencyConflict`.
    """
    digest = _digest(requirement, title, options or {}, uploads)
    if idempotency_key:
        earlier = _earlier(owner, idempotency_key, digest)
        if earlier:
            return earlier
    try:
        with publishing() as publisher:
            task = Task.objects.create(
                owner=owner,
                title=title or title_of(requirement, uploads),
                requirement=requirement,
                options={name: value for name, value in (options or {}).items() if name != "endpoint"},
                idempotency_key=idempotency_key,
                idempotency_digest=digest if idempotency_key else "",
                **engine_facts((options or {}).get("endpoint", "")),
            )
            Document.objects.bulk_create(documents_of(task, requirement, uploads))
            task.note("requested")
            _appear(publisher, task, {owner.pk: "owner"})
            ring_worker()
    except IntegrityError:
        earlier = _earlier(owner, idempotency_key, digest) if idempotency_key else None
        if earlier is None:
            raise
        return earlier
    return task


def title_of(requirement: str, uploads: Sequence[Upload]) -> str:
    """A title for a task without one: its first line of text, or its first file's name."""
    lines = (line.strip(" \t#*-+>|•") for line in requirement.splitlines())
    first = next((line for line in lines if line), "")
    if first or not uploads:
        return shortened(first or requirement.strip(), TITLE_FROM_TEXT)
    return uploads[0].name[:TITLE_LIMIT]


def shortened(text: str, most: int) -> str:
    """`text` in at most `most` characters, with an ellipsis where something was cut off."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cancel_task(task: Task, user: User) -> bool:
    """Ask for the end of a task. False when it has ended already."""
    with publishing() as publisher:
        accepted = transitions.request_cancel(publisher, task, user)
        ring_worker(cancel=True)
    return accepted


def retry_task(task: Task, user: User) -> bool:
    """Begin a new round for what an ended task lacks. False when it is open or lacks nothing."""
    with publishing() as publisher:
        accepted = transitions.begin_round(publisher, task, user)
        ring_worker()
    return accepted


def rename_task(task: Task, user: User, title: str) -> None:
    with publishing() as publisher:
        Task.objects.filter(pk=task.pk).update(title=title, rev=F("rev") + 1)
        task.refresh_from_db()
        task.note("renamed", user=user.username)
        keep_room(publisher, task)
        tell_updated(publisher, task)


def delete_task(task: Task, user: User) -> None:
    """Hide a task at once and stop it if it runs; `restore_task` brings it back within an hour."""
    with publishing() as publisher:
        hide_task(publisher, task, user)
        ring_worker(cancel=True)


def hide_task(publisher: Publisher, task: Task, user: User) -> None:
    """`delete_task` within a transaction that does more."""
    hidden = Task.objects.visible().filter(pk=task.pk)
    if hidden.update(deleted_at=timezone.now(), idempotency_key=""):
        task.refresh_from_db()
        task.note("deleted", user=user.username)
        audience = audience_of([task.pk])[task.pk]
        move_counts(publisher, [(audience, task.status, None)])
        tell_deleted(publisher, audience, task)
        transitions.request_cancel(publisher, task, user)
        close_task_room(publisher, task.pk)


def restore_task(task: Task, user: User) -> bool:
    """Bring a deleted task back. False when it is not deleted, or was for more than an hour."""
    hidden = Task.objects.filter(pk=task.pk, deleted_at__gt=timezone.now() - RESTORE_WITHIN)
    with publishing() as publisher:
        restored = bool(hidden.update(deleted_at=None, rev=F("rev") + 1))
        if restored:
            task.refresh_from_db()
            task.note("restored", user=user.username)
            _appear(publisher, task, audience_of([task.pk])[task.pk])
            keep_room(publisher, task)
    return restored


def _appear(publisher: Publisher, task: Task, audience: Audience) -> None:
    move_counts(publisher, [(audience, None, task.status)])
    tell_task(publisher, audience, "task.created", task)


def ring_worker(*, cancel: bool = False) -> None:
    """Ring the `generation` channel after the commit: there is something pending, or something to cancel."""
    message = {"type": "task.cancel" if cancel else "task.pending"}
    transaction.on_commit(lambda: bells.ring_channel(GENERATION_CHANNEL, message), robust=True)


def _digest(requirement: str, title: str, options: dict[str, Any], uploads: Sequence[Upload]) -> str:
    files = [(upload.name, hashlib.sha256(upload.content).hexdigest()) for upload in uploads]
    body = json.dumps([requirement, title, options, files], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _earlier(owner: User, idempotency_key: str, digest: str) -> Task | None:
    earlier = Task.objects.filter(owner=owner, idempotency_key=idempotency_key).first()
    if earlier and earlier.idempotency_digest != digest:
        raise IdempotencyConflict
    return earlier


def documents_of(task: Task, requirement: str, uploads: Sequence[Upload]) -> list[Document]:
    """What a task reads, not stored yet: the pasted text first, if there is one, then the files."""
    documents = []
    if requirement:
        size = len(requirement.encode())
        documents.append(Document(task=task, position=0, name=PASTED, size=size, text=requirement))
    for position, upload in enumerate(uploads, len(documents)):
        documents.append(
            Document(
                task=task,
                position=position,
                name=upload.name,
                media_type=upload.media_type,
                size=len(upload.content),
                content=upload.content,
            )
        )
    return documents
