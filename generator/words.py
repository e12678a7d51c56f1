"""What pages say of tasks and cases in the reader's language: for templates, and as JSON for modules."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generator.models import Case, Member, Task
from generator.payloads import Payload

WAITING_FOR = {
    "worker": _("waiting for a worker: none is running"),
    "slot": _("waiting for a free slot"),
    "model": _("waiting for the model"),
    "provider": _("waiting for the provider"),
}
HINTS = {
    "endpoint_unreachable": _(
        "The model's endpoint does not answer. Check its address and the network, then retry."
    ),
    "authentication": _(
        "The endpoint refuses the API key. Ask whoever runs this site to check it, then retry."
    ),
    "model_not_found": _(
        "The endpoint does not know the model. Ask whoever runs this site to check its name."
    ),
    "insufficient_quota": _(
        "The provider's quota is spent. Retry once it is topped up; finished cases are kept."
    ),
    "rate_limited": _("The provider limits the rate. Wait a few minutes, then retry what is unfinished."),
    "provider_error": _("The provider had an error of its own. Retry what is unfinished."),
    "invalid_output": _("The model's answers could not be read as cases. Retry, or try another model."),
    "stalled": _("The model stopped answering. Retry what is unfinished."),
    "deadline": _("The task took longer than this site allows. Retry to go on from what is finished."),
    "document_unreadable": _("A document could not be read. Save it in another format and start again."),
    "worker_lost": _("Its worker was lost again and again. Retry what is unfinished."),
}
ETA = {
    "seconds": _("about {n} s left"),
    "minutes": _("about {n} min left"),
}
PLACE = {
    "one": _("{n}st in the queue"),
    "two": _("{n}nd in the queue"),
    "few": _("{n}rd in the queue"),
    "other": _("{n}th in the queue"),
}
"""By English ordinal category, as browsers name them (Unicode CLDR)."""
FLAGS = {
    "outdated": _("its requirement has changed"),
    "was-accepted": _("was accepted before that"),
    "unverifiable": _("result not observable"),
}
CASE_WORDS = {
    "accept": _("{keys}: accepted."),
    "reject": _("{keys}: rejected."),
    "draft": _("{keys}: a draft again."),
    "tag": _("{keys}: tagged."),
    "untag": _("{keys}: tags taken off."),
    "move": _("{keys}: moved."),
    "delete": _("{keys}: deleted."),
    "restore": _("{keys}: as before."),
    "stale": _("{keys}: changed meanwhile. Look at it and decide again."),
    "nothing": _("Nothing to undo."),
    "changed_by": _("{name} changed this case meanwhile. What you typed stays; saving shows both."),
    "changed": _("This case was changed meanwhile. What you typed stays; saving shows both."),
    "deleted": _("This case was deleted meanwhile. What you typed stays; saving brings it back."),
    "reviewed": _("{n} of {all} reviewed"),
    "leave": _("Give up what you typed?"),
}
"""What the page says of cases that somebody works on; `{…}` are filled in by its modules."""
ROLES = {"owner": "", **dict(Member.Role.choices)}
MINUTES_FROM = 90
"""Seconds from which on an estimate is told in minutes."""


def words() -> dict[str, dict[str, Any]]:
    """All labels that modules write into pages."""
    return {
        "status": dict(Task.Status.choices),
        "stage": dict(Task.Stage.choices),
        "waiting_for": WAITING_FOR,
        "hint": HINTS,
        "eta": {**ETA, "minutes_from": MINUTES_FROM},
        "place": PLACE,
        "role": ROLES,
        "flag": FLAGS,
        "case": CASE_WORDS,
        **case_labels(),
    }


def said_of_task(task: Payload) -> Payload:
    """A task's payload with its words."""
    running = task["status"] == Task.Status.RUNNING
    waits, error = WAITING_FOR.get(task["waiting_for"]), task["error"] or {"code": ""}
    stage = Task.Stage(task["stage"]).label if running and task["stage"] else ""
    return {
        **task,
        "status_label": Task.Status(task["status"]).label,
        "doing": " · ".join(str(part) for part in (stage, waits) if part),
        "hint": HINTS.get(error["code"], ""),
        "eta": said_of_seconds(task["eta_seconds"] if running else None),
        "place": said_of_place(task["queue_position"]),
        "role_label": ROLES[task["role"]],
        "is_unfinished": task["sections_done"] < task["sections_total"] or not task["sections_total"],
    }


def said_of_seconds(seconds: int | None) -> str:
    """How long it will take, "" when nobody can tell."""
    if seconds is None:
        return ""
    if seconds < MINUTES_FROM:
        return str(ETA["seconds"]).format(n=seconds)
    return str(ETA["minutes"]).format(n=round(seconds / 60))


def said_of_place(place: int | None) -> str:
    """Where a task stands in the queue, "" when it does not wait."""
    if place is None:
        return ""
    teens = place % 100 in {11, 12, 13}
    category = "other" if teens else {1: "one", 2: "two", 3: "few"}.get(place % 10, "other")
    return str(PLACE[category]).format(n=place)


def case_labels() -> dict[str, dict[str, str]]:
    """The words for a case's choices, looked up once for all cases of a page."""
    choices = {
        "type": Case.Type,
        "technique": Case.Technique,
        "polarity": Case.Polarity,
        "review": Case.Review,
    }
    return {
        field: {value: str(label) for value, label in choice.choices} for field, choice in choices.items()
    }


def case_headings() -> dict[str, str]:
    """The words above a case's parts."""
    return {
        "preconditions": gettext("Preconditions"),
        "action": gettext("Action"),
        "expected": gettext("Expected result"),
        "data": gettext("Data"),
        "rule": gettext("Rule"),
        "merged_into": gettext("The same as"),
        "obsolete": gettext("Its requirement is gone."),
        "accept": gettext("Accept"),
        "reject": gettext("Reject"),
        "edit": gettext("Edit"),
        "more": gettext("More"),
        "pick": gettext("Pick this case"),
    }
