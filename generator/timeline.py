"""A task's own timeline in words: entries store what happened, this says it in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from generator.models import TimelineEntry

WORDS = {
    "requested": _("Requested"),
    "claimed": _("Attempt %(attempt)s started by %(worker)s"),
    "stage.reading": _("Reading the documents"),
    "stage.analysing": _("Naming the requirement items"),
    "analysed": _("%(items)s requirement items in %(sections)s sections"),
    "items.dropped": _("%(count)s items dropped: their quotes are not in the source"),
    "stage.generating": _("Writing cases"),
    "section.completed": _("Section “%(title)s” finished"),
    "section.retried": _("Section “%(title)s” asked again: %(reason)s"),
    "section.failed": _("Section “%(title)s” failed: %(reason)s"),
    "provider.paused": _("The provider asked to wait %(seconds)s s: %(reason)s"),
    "stage.reviewing": _("Reviewing the cases"),
    "review.merged": _("%(count)s duplicate cases merged"),
    "review.flagged": _("%(count)s cases flagged: an expected result that nobody could observe"),
    "review.gaps": _("%(count)s gaps asked for once more"),
    "review.failed": _("The gaps could not be filled: %(reason)s"),
    "review.uncovered": _("%(count)s items stay without a case"),
    "completed": _("Completed with %(cases)s cases"),
    "failed": _("Failed: %(reason)s"),
    "cancel.requested": _("Cancel requested by %(user)s"),
    "cancelled": _("Cancelled; finished cases are kept"),
    "retried": _("Round %(round)s requested by %(user)s"),
    "renamed": _("Renamed by %(user)s"),
    "shared.view": _("%(user)s shared it with %(member)s, who may look"),
    "shared.edit": _("%(user)s shared it with %(member)s, who may edit"),
    "unshared": _("%(user)s stopped sharing it with %(member)s"),
    "left": _("%(user)s left: it is no longer shared with them"),
    "deleted": _("Deleted by %(user)s"),
    "restored": _("Restored by %(user)s"),
    "case.created": _("%(key)s written by %(user)s"),
    "case.updated": _("%(key)s changed by %(user)s"),
    "case.deleted": _("%(key)s deleted by %(user)s"),
    "case.restored": _("%(key)s restored by %(user)s"),
    "released": _("Given back by its worker, which is shutting down"),
    "rescued": _("Its worker was lost; queued again (%(number)s of 3 in a row)"),
    "database.away": _("The database was away for %(seconds)s s; the worker waited for it"),
}


def entry_payload(entry: TimelineEntry) -> dict[str, Any]:
    """`{at, kind, text, detail}` in the active language."""
    words = str(WORDS.get(entry.kind, entry.kind.replace("%", "%%")))  # a newer version may know more kinds
    text = words % defaultdict(lambda: "…", entry.detail)  # … and another one may have noted less
    return {"at": entry.at, "kind": entry.kind, "text": text, "detail": entry.detail}
