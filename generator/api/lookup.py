"""Finding what a caller may see; what they may not is absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.api.auth import SignedInRequest
from core.validation import InvalidInput
from generator.models import Task
from generator.models.tasks import TaskQuerySet

CASE_KEY = re.compile(r"TC-(\d{3,9})")


def visible_task(request: SignedInRequest, task_id: UUID) -> Task:
    """The task, if the caller may see it. Raise `Http404`."""
    return get_object_or_404(Task.objects.visible_to(request.user).select_related("owner"), pk=task_id)


def case_number(key: str) -> int:
    """The number in a key like `TC-001`. Raise `Http404` for anything else."""
    match = CASE_KEY.fullmatch(key)
    if match is None:
        raise Http404
    return int(match[1])


def choices_of(field: str, text: str, known: Iterable[str]) -> list[str]:
    """The values of a comma-separated filter. Raise `InvalidInput` for unknown ones."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    known = list(known)
    if not set(wanted) <= set(known):
        raise InvalidInput({field: _("Choose from: %(known)s.") % {"known": ", ".join(known)}})
    return wanted


def matching(tasks: TaskQuerySet, statuses: list[str], text: str) -> TaskQuerySet:
    """Those of `tasks` with one of `statuses` and with `text` in them; nothing given means all."""
    chosen = tasks.filter(status__in=statuses) if statuses else tasks
    return chosen.matching(text) if text else chosen
