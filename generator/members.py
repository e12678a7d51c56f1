"""Sharing a task: who else may see it, and who may work on it.

Both lock the task, so that no event is lost to whoever comes, or told to whoever has gone. The task's room in
the chat follows.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import User
from generator.audience import audience_of, move_counts, tell_deleted, tell_task, tell_updated
from generator.models import Member, Task
from realtime.chat.models import MEMBERS_LIMIT, Room
from realtime.chat.rooms import keep_task_room
from realtime.events import Publisher, publishing
from realtime.notifications.models import Notification
from realtime.notifications.services import notify


class NoSuchMember(Http404):
    """The task is not shared with that person."""


class OwnersOwn(Exception):
    """The owner's rights are not shared and can't be taken away."""


class TooManyMembers(Exception):
    """The task's room would have more than `MEMBERS_LIMIT` members."""


def people_of(task: Task) -> list[dict[str, Any]]:
    """`{name, role}` of all who see the task, its owner first."""
    members = task.members.order_by("user__username").values_list("user__username", "role")
    return [
        {"name": task.owner.username, "role": "owner"},
        *({"name": name, "role": role} for name, role in members),
    ]


def share_task(task: Task, user: User, member: User, role: str) -> None:
    """`user` lets `member` see the task, or work on it. Raise `OwnersOwn`, `TooManyMembers` or `Http404`."""
    if member.pk == task.owner_id:
        raise OwnersOwn
    with publishing() as publisher:
        task = _locked(task)
        before = task.members.filter(user=member).values_list("role", flat=True).first()
        if before == role:
            return
        if before is None and task.members.count() >= MEMBERS_LIMIT - 1:
            raise TooManyMembers
        task.members.update_or_create(user=member, defaults={"role": role})
        _change(task, f"shared.{role}", user=user.username, member=member.username)
        audience = audience_of([task.pk])[task.pk]
        if before is None:
            newcomer = {member.pk: audience.pop(member.pk)}
            move_counts(publisher, [(newcomer, None, task.status)])
            tell_task(publisher, newcomer, "task.created", task)
            _open_room(publisher, task)
            _notify(publisher, task, user, member, role)
        tell_task(publisher, audience, "task.updated", task)


def unshare_task(task: Task, user: User, member: User) -> None:
    """`user` takes `member`'s rights away, or one's own. Raise `OwnersOwn` or `NoSuchMember`."""
    if member.pk == task.owner_id:
        raise OwnersOwn
    with publishing() as publisher:
        task = _locked(task)
        audience = audience_of([task.pk])[task.pk]
        if member.pk not in audience:
            raise NoSuchMember
        task.members.filter(user=member).delete()
        _change(task, "left" if user == member else "unshared", user=user.username, member=member.username)
        gone = {member.pk: audience[member.pk]}
        move_counts(publisher, [(gone, task.status, None)])
        tell_deleted(publisher, gone, task)
        tell_updated(publisher, task)
        keep_room(publisher, task)


def keep_room(publisher: Publisher, task: Task) -> None:
    """Bring the name and members of the task's room up to date, if it was ever shared."""
    if Room.objects.filter(task_id=task.pk).exists():
        _open_room(publisher, task)


def room_of(task: Task, user: User) -> Room | None:
    """Where the task is discussed, if `user` is there."""
    return Room.objects.of(user).filter(task_id=task.pk).first()


def _open_room(publisher: Publisher, task: Task) -> None:
    keep_task_room(publisher, task.pk, name=task.title, member_ids=list(audience_of([task.pk])[task.pk]))


def _locked(task: Task) -> Task:
    """Raise `Http404` when the task was deleted meanwhile."""
    locked = Task.objects.visible().light().select_for_update().filter(pk=task.pk).first()
    if locked is None:
        raise Http404
    return locked


def _change(task: Task, kind: str, **detail: str) -> None:
    """Pages that show the task's timeline read it again when `rev` rises."""
    Task.objects.filter(pk=task.pk).update(rev=F("rev") + 1)
    task.rev += 1
    task.note(kind, **detail)


def _notify(publisher: Publisher, task: Task, user: User, member: User, role: str) -> None:
    with translation.override(member.language):
        notify(
            publisher,
            member.pk,
            Notification.Kind.CHAT_INVITE,
            subject=f"share:{task.pk}",
            title=_("%(user)s shared “%(title)s” with you") % {"user": user.username, "title": task.title},
            body=str(Member.Role(role).label),
            url=f"/tasks/{task.pk}/",
        )
