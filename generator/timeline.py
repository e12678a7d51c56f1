"""A task's own timeline in words: entries store what happened, this says it in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from generator.models import TimelineEntry

SHOWN_KEYS = 10
"""Of a selection, in one entry."""

WORDS = {
    "requested": _("Requested"),
    "claimed": _("Attempt %(attempt)s started by %(worker)s"),
    "stage.reading": _("Reading the documents"),
    "document.images": _("“%(name)s”: pictures in it that nobody has read: %(count)s"),
    "document.images_shown": _("“%(name)s”: pictures in it that the model was shown: %(count)s"),
    "stage.analysing": _("Naming the requirement items"),
    "analysed": _("%(items)s requirement items in %(sections)s sections"),
    "items.dropped": _("%(count)s items dropped: their quotes are not in the source"),
    "revision.requested": _("Round %(round)s: %(user)s changed the requirement"),
    "revised": _(
        "%(unchanged)s items unchanged, %(changed)s changed, %(added)s new, %(removed)s gone; "
        "%(outdated)s cases want another look, %(obsolete)s are obsolete"
    ),
    "regenerate.requested": _("Round %(round)s: %(user)s asked to write %(keys)s anew: %(instruction)s"),
    "more.requested": _("Round %(round)s: %(user)s asked for more like %(keys)s: %(instruction)s"),
    "case.regenerated": _("%(key)s written anew; its history keeps rev %(rev)s"),
    "case.beside": _("%(key)s was changed meanwhile and stays as it is: the new text is %(new)s"),
    "case.kept": _("%(key)s was deleted meanwhile: its history keeps the new text as rev %(rev)s"),
    "case.nothing_else": _("%(key)s stays as it is: the engine has nothing else to write"),
    "case.more": _("%(count)s more like %(key)s"),
    "case.nothing_more": _("No more like %(key)s: the engine has nothing else to write"),
    "case.retried": _("%(key)s asked for again: %(reason)s"),
    "case.failed": _("%(key)s could not be had and stays as it is: %(reason)s"),
    "stage.generating": _("Writing cases"),
    "section.completed": _("Section “%(title)s” finished"),
    "section.retried": _("Section “%(title)s” asked again: %(reason)s"),
    "section.cut": _("Section “%(title)s”: the answer was ended after %(count)s cases"),
    "section.foreign": _("Section “%(title)s”: %(count)s cases dropped: they are in another language"),
    "section.failed": _("Section “%(title)s” failed: %(reason)s"),
    "provider.paused": _("The provider asked to wait %(seconds)s s: %(reason)s"),
    "stage.reviewing": _("Reviewing the cases"),
    "review.merged": _("%(count)s duplicate cases merged"),
    "review.flagged": _("%(count)s cases flagged: an expected result that nobody could observe"),
    "review.mended": _("%(count)s of them written anew, with a result that can be observed"),
    "review.replaced": _("%(count)s outdated cases are obsolete: new ones take their place"),
    "review.outdated": _("%(count)s cases want another look: what they test was changed"),
    "review.boundaries": _("%(count)s items stay without all points of their boundaries"),
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
    "cases.accept": _("%(user)s accepted %(count)s cases: %(keys)s"),
    "cases.reject": _("%(user)s rejected %(count)s cases: %(keys)s"),
    "cases.draft": _("%(user)s made %(count)s cases drafts again: %(keys)s"),
    "cases.tag": _("%(user)s tagged %(count)s cases: %(keys)s"),
    "cases.untag": _("%(user)s took tags off %(count)s cases: %(keys)s"),
    "cases.move": _("%(user)s moved cases; %(count)s have another place: %(keys)s"),
    "cases.delete": _("%(user)s deleted %(count)s cases: %(keys)s"),
    "cases.restore": _("%(user)s restored %(count)s cases: %(keys)s"),
    "cases.imported": _("%(user)s imported %(name)s: %(created)s new, %(updated)s changed"),
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


def keys_in_words(keys: Sequence[str]) -> str:
    """The keys of a selection as an entry tells them."""
    return ", ".join(keys[:SHOWN_KEYS]) + (" …" if len(keys) > SHOWN_KEYS else "")
