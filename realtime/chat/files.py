"""Files that come with messages: what they must be, and how they are given out."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.validation import InvalidInput, TooLarge
from realtime.chat.models import ChatFile

FILES_LIMIT = 10
NAME_LIMIT = 255
PICTURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
"""What a browser may show instead of saving it, and how its bytes begin."""
UNKNOWN = "application/octet-stream"


class File(Protocol):
    """What is needed of an upload."""

    name: str | None

    @property
    def size(self) -> int: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is stored with a message."""

    name: str
    media_type: str
    content: bytes


def clean_files(files: Sequence[File]) -> list[Attachment]:
    """The files of one message. Raise `InvalidInput` or `TooLarge`."""
    if len(files) > FILES_LIMIT:
        words = ngettext("Give at most %(n)d file.", "Give at most %(n)d files.", FILES_LIMIT)
        raise InvalidInput({"files": words % {"n": FILES_LIMIT}})
    if sum(file.size for file in files) > settings.MAX_UPLOAD_MB * 2**20:
        words = _("The files are larger than %(n)s MB in all.")
        raise TooLarge({"files": words % {"n": settings.MAX_UPLOAD_MB}})
    return [_attachment(clean_name(file.name or ""), file.read()) for file in files]


def clean_name(name: str) -> str:
    """The last part of a path, printable and short enough to be stored."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-NAME_LIMIT:] or "file"


def _attachment(name: str, content: bytes) -> Attachment:
    """The name alone makes no picture of a file, nor its content alone a page."""
    for media_type, beginning in PICTURES.items():
        if beginning.match(content):
            return Attachment(name, media_type, content)
    guessed = mimetypes.guess_type(name)[0] or UNKNOWN
    return Attachment(name, UNKNOWN if guessed in PICTURES else guessed, content)


def file_response(file: ChatFile) -> HttpResponse:
    """The file's bytes. Nothing in them runs as a page of this site."""
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response["Content-Disposition"] = str(
        content_disposition_header(file.media_type not in PICTURES, file.name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
