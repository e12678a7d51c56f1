"""Whether a file can be taken: by its name, its size and its first look (interface §3, `POST /tasks`)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Protocol

from django.utils.translation import gettext as _

from core.text import is_blank
from generator.documents.reading import read_text
from generator.documents.signatures import signature_of
from generator.services import Upload

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
SUPPORTED = "TXT, MD, CSV, JSON, YAML"
NAME_LIMIT = 255


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
    _refuse_disguised(name, content)
    if not content.strip() or is_blank(read_text(name, media_type, content)):
        raise EmptyDocument(_("%(name)s is empty.") % {"name": name})
    return Upload(name, media_type, content)


def clean_name(name: str) -> str:
    """The last part of a path, printable and short enough to be stored."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-NAME_LIMIT:] or "file"


def _refuse_disguised(name: str, content: bytes) -> None:
    found = signature_of(content)
    if found:
        raise WrongDocumentType(
            _("%(name)s is not what its name says: its content is %(found)s. Supported types: %(types)s.")
            % {"name": name, "found": found, "types": SUPPORTED}
        )
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongDocumentType(
            _("%(name)s is not what its name says: its content is binary. Supported types: %(types)s.")
            % {"name": name, "types": SUPPORTED}
        )
