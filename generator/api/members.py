"""With whom a task is shared."""

from __future__ import annotations

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import BaseModel

from core.api.auth import SignedInRequest
from core.api.problems import Conflict
from core.api.schemas import Listing, reads, writes
from core.models import people_called
from core.validation import Input
from generator import members
from generator.api.lookup import OwnTask, TaskInPath
from realtime.chat.models import MEMBERS_LIMIT

router = Router(tags=["tasks"])

ONE = "/tasks/{uuid:task_id}/members/{user}"


class Person(BaseModel):
    name: str
    role: Literal["owner", "edit", "view"]


class People(Listing):
    items: list[Person]


class Share(Input):
    role: Literal["view", "edit"]


@router.get("/tasks/{uuid:task_id}/members", response=reads(People, 404), summary="Who sees a task")
def list_members(request: SignedInRequest, task: TaskInPath) -> dict[str, Any]:
    """Everybody, in one page: the owner first, then by name."""
    people = members.people_of(task)
    return {"items": people, "next": None, "total": len(people)}


@router.put(ONE, response=writes(200, Person, 400, 404, 409, 415, 422), summary="Share a task")
def share_task(request: SignedInRequest, task: OwnTask, user: str, body: Share) -> dict[str, Any]:
    """Lets somebody see the task (`view`) or work on it (`edit`), or changes which; its owner alone may.

    They are notified and hear of the task on their own stream. 404 for who is not there, 409 for the owner.
    """
    member = get_object_or_404(people_called(user), is_active=True)
    try:
        members.share_task(task, request.user, member, body.role)
    except members.OwnersOwn as refusal:
        raise Conflict(_("The task is theirs.")) from refusal
    except members.TooManyMembers as refusal:
        raise Conflict(_("A task has at most %(n)d members.") % {"n": MEMBERS_LIMIT}) from refusal
    return {"name": member.username, "role": body.role}


@router.delete(ONE, response=writes(204, None, 404, 409), summary="Stop sharing a task with somebody")
def unshare_task(request: SignedInRequest, task: TaskInPath, user: str) -> Status[None]:
    """The owner may take anybody's rights away, everybody else their own."""
    if task.role != "owner" and user != request.user.username:
        raise HttpError(403, _("Only the task's owner may do that."))
    member = get_object_or_404(people_called(user))
    try:
        members.unshare_task(task, request.user, member)
    except members.OwnersOwn as refusal:
        raise Conflict(_("The task is theirs.")) from refusal
    return Status(204, None)
