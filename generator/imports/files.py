"""Opening a file of cases: only what is of a type that is known, no bomb, and is what its name says."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.validation import InvalidInput, TooLarge, WrongType
from generator.documents import DocumentUnreadable
from generator.documents.judging import File, clean_name
from generator.documents.packages import is_locked_office, media_type_of
from generator.documents.readers import OOXML
from generator.documents.reading import Limits, read_document_now
from generator.documents.unreadable import Unreadable
from generator.documents.words import reason_of
from generator.imports import maps, tables
from generator.imports.json_files import of_json
from generator.imports.rows import Reading

XLSX = f"{OOXML}.spreadsheetml.sheet"
FORMATS = {
    ".csv": ("text/csv; cases", tables.of_csv),
    ".xlsx": (f"{XLSX}; cases", tables.of_workbook),
    ".xmind": ("application/vnd.xmind.workbook; cases", maps.of_map),
}
SUPPORTED = "XLSX, CSV, XMIND, JSON"
LIMITS = Limits(seconds=20, memory_mb=768, output_mb=32)
BOMB_BYTES, BOMB_RATIO = 20 * 2**20, 100
"""What unpacks to so much, and to so many times its size, was made to."""


def read_file(file: File) -> Reading:
    """The cases in an upload. Raise `InvalidInput` or its kin, whose words name the file."""
    name = clean_name(file.name or "")
    if file.size > settings.MAX_UPLOAD_MB * 2**20:
        words = _("%(name)s is larger than %(n)s MB.")
        raise TooLarge({"file": words % {"name": name, "n": settings.MAX_UPLOAD_MB}})
    suffix, content = PurePosixPath(name).suffix.lower(), file.read()
    if suffix not in {*FORMATS, ".json"}:
        raise _wrong(_("%(name)s can't be imported. Supported types: %(types)s."), name)
    if not content.strip():
        raise InvalidInput({"file": _("%(name)s is empty.") % {"name": name}})
    if suffix == ".json":
        return of_json(name, content)
    if suffix != ".csv":
        _judge_package(name, suffix, content)
    media_type, reading_of = FORMATS[suffix]
    return reading_of(name, _read(name, media_type, content))


def _wrong(words: str, name: str) -> WrongType:
    return WrongType({"file": words % {"name": name, "types": SUPPORTED}})


def _judge_package(name: str, suffix: str, content: bytes) -> None:
    try:
        is_right = _is_package(suffix, content)
    except Unreadable as unreadable:
        raise InvalidInput({"file": reason_of(name, unreadable)}) from unreadable
    if not is_right:
        raise _wrong(_("%(name)s is not what its name says. Supported types: %(types)s."), name)


def _is_package(suffix: str, content: bytes) -> bool:
    if is_locked_office(content):
        raise Unreadable("encrypted")
    if not content.startswith(b"PK"):
        return False
    kind = media_type_of(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        unpacked = sum(entry.file_size for entry in package.infolist())
    if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * len(content):
        raise Unreadable("unpacked", mb=BOMB_BYTES // 2**20)
    return kind == XLSX if suffix == ".xlsx" else bool(names & {"content.json", "content.xml"})


def _read(name: str, media_type: str, content: bytes) -> dict[str, Any]:
    try:
        document = read_document_now(name, media_type, content, LIMITS)
    except DocumentUnreadable as unreadable:
        raise InvalidInput({"file": unreadable.reason}) from unreadable
    found: dict[str, Any] = json.loads(document.text)
    return found
