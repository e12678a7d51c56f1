"""What is said of a file that can't be read: its name, the reason, and the way out."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from generator.documents.unreadable import DocumentUnreadable, Unreadable

WORDS = {
    "binary": _("%(name)s holds binary data: it is no text file."),
    "broken": _("%(name)s is broken or cut off. Open it in its program, save it anew and upload it again."),
    "empty": _("%(name)s holds no text."),
    "encoding": _("%(name)s can't be read: its text encoding is unknown. Save it as UTF-8."),
    "encrypted": _("%(name)s is protected by a password. Save a copy without one."),
    "entities": _(
        "%(name)s declares XML entities, which no program of its kind writes. "
        "Save it anew and upload it again."
    ),
    "garbled": _(
        "%(name)s does not say which characters its letters are. Export it anew, or upload the original."
    ),
    "macros": _("%(name)s holds macros. Save it as a document without macros (.docx, .xlsx or .pptx)."),
    "memory": _(
        "%(name)s takes more than %(mb)s MB of memory to read. Split it, or save what matters as text."
    ),
    "pages": _("%(name)s has %(pages)s pages; at most %(most)s can be read. Split it."),
    "quote": _("%(name)s: the quotation mark that opens in row %(row)s is never closed."),
    "scanned": _(
        "%(name)s holds pictures of pages and no text. Run text recognition (OCR) on it, or paste its text."
    ),
    "text": _("%(name)s holds more than %(most)s characters of text. Split it."),
    "time": _(
        "%(name)s could not be read within %(seconds)s seconds. Split it, or save what matters as text."
    ),
    "unpacked": _("%(name)s unpacks to more than %(mb)s MB. Split it, or take large pictures out."),
}


def reason_of(name: str, unreadable: Unreadable) -> str:
    """Why the file `name` can't be read, in the active language."""
    return str(WORDS[unreadable.why]) % defaultdict(lambda: "…", unreadable.facts | {"name": name})


def named(name: str, unreadable: Unreadable) -> DocumentUnreadable:
    return DocumentUnreadable(reason_of(name, unreadable))
