"""What a user is told when a task ends."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generator.models import Task
from realtime.events import Publisher
from realtime.notifications.models import Notification
from realtime.notifications.services import notify

KINDS = {
    Task.Status.COMPLETED: Notification.Kind.TASK_COMPLETED,
    Task.Status.FAILED: Notification.Kind.TASK_FAILED,
    Task.Status.CANCELLED: Notification.Kind.TASK_CANCELLED,
}


def notify_end(publisher: Publisher, task: Task) -> None:
    """One notification for the owner, in the owner's language, in the transaction that ended the task."""
    status = Task.Status(task.status)
    with translation.override(task.owner.language):
        titles = {
            Task.Status.COMPLETED: _("Finished: %(title)s"),
            Task.Status.FAILED: _("Failed: %(title)s"),
            Task.Status.CANCELLED: _("Cancelled: %(title)s"),
        }
        cases = ngettext("%(n)d test case", "%(n)d test cases", task.cases_count) % {"n": task.cases_count}
        notify(
            publisher,
            task.owner_id,
            KINDS[status],
            subject=f"task:{task.pk}",
            title=titles[status] % {"title": task.title},
            body=task.error_message or cases,
            url=f"/tasks/{task.pk}/",
        )
