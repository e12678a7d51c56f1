"""Whether a file can be taken: by its name, its size and its first look (interface §3, `POST /tasks`)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Protocol

from django.utils.translation import gettext as _

from core.text import is_blank
from generator.documents.packages import ODT, is_locked_office, media_type_of
from generator.documents.readers import OOXML, OPENING
from generator.documents.readers.plain import decoded
from generator.documents.reading import read_document_now
from generator.documents.signatures import signature_of
from generator.documents.unreadable import Unreadable
from generator.documents.words import named, reason_of
from generator.services import Upload

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".docx": f"{OOXML}.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": f"{OOXML}.spreadsheetml.sheet",
    ".pptx": f"{OOXML}.presentationml.presentation",
    ".odt": ODT,
    ".csv": "text/csv",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
PACKAGES = {kind for kind in MEDIA_TYPES.values() if kind.startswith(OOXML) or kind == ODT}
SUPPORTED = "TXT, MD, HTML, DOCX, PDF, XLSX, PPTX, ODT, CSV, JSON, YAML"
NAME_LIMIT = 255
PDF_HEAD_BYTES = 1024
"""A PDF may begin with some other bytes, as every reader of PDF allows."""


class WrongDocumentType(Exception):
    """The file is of a type that can't be read, or not of the type that its name says."""


class EmptyDocument(Exception):
    """The file holds nothing."""


class File(Protocol):
    """What judging needs of an upload or of an open file."""

    name: str | None

    @property
    def size(self) -> int: ...

    def read(self) -> bytes: ...


def judge(file: File) -> Upload:
    """The file, ready to be stored. Raise `WrongDocumentType`, `EmptyDocument` or `DocumentUnreadable`."""
    name = clean_name(file.name or "")
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if media_type is None:
        raise WrongDocumentType(
            _("%(name)s can't be read. Supported types: %(types)s.") % {"name": name, "types": SUPPORTED}
        )
    content = file.read()
    if not content.strip():
        raise EmptyDocument(_("%(name)s is empty.") % {"name": name})
    if media_type in PACKAGES:
        _judge_package(name, media_type, content)
    elif media_type == MEDIA_TYPES[".pdf"]:
        _judge_pdf(name, content)
    else:
        _judge_text(name, content)
    return Upload(name, media_type, content)


def clean_name(name: str) -> str:
    """The last part of a path, printable and short enough to be stored."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-NAME_LIMIT:] or "file"


def _judge_package(name: str, media_type: str, content: bytes) -> None:
    if is_locked_office(content):
        raise named(name, Unreadable("encrypted"))
    if not content.startswith(b"PK"):
        raise _disguised(name, signature_of(content) or _("something else"))
    try:
        found = media_type_of(content)
    except Unreadable as unreadable:
        if unreadable.why == "macros":
            raise WrongDocumentType(reason_of(name, unreadable)) from unreadable
        raise named(name, unreadable) from unreadable
    if found != media_type:
        endings = {kind: ending for ending, kind in MEDIA_TYPES.items()}
        raise _disguised(name, endings[found].lstrip(".").upper() if found else "ZIP")


def _judge_pdf(name: str, content: bytes) -> None:
    """Only opening one tells whether it asks for a password: much encryption just forbids printing."""
    if b"%PDF-" not in content[:PDF_HEAD_BYTES]:
        raise _disguised(name, signature_of(content) or _("something else"))
    if b"/Encrypt" in content:
        read_document_now(name, OPENING, content)


def _judge_text(name: str, content: bytes) -> None:
    found = signature_of(content)
    if found:
        raise _disguised(name, found)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _disguised(name, _("binary"))
    try:
        text = decoded(content)
    except Unreadable as unreadable:
        raise named(name, unreadable) from unreadable
    if is_blank(text):
        raise EmptyDocument(_("%(name)s is empty.") % {"name": name})


def _disguised(name: str, found: str) -> WrongDocumentType:
    return WrongDocumentType(
        _("%(name)s is not what its name says: its content is %(found)s. Supported types: %(types)s.")
        % {"name": name, "found": found, "types": SUPPORTED}
    )
