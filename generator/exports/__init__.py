"""A task's cases as a file: one module a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from generator.exports import csv_file, json_file, markdown_file, xlsx_file
from generator.exports.contents import Contents, contents_of
from generator.models import Task

Review = Literal["draft", "accepted", "rejected"]

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that cases can be written as."""

    media_type: str
    write: Callable[[Contents], bytes]


FORMATS = {
    "json": Format("application/json", json_file.write),
    "csv": Format("text/csv; charset=utf-8", csv_file.write),
    "md": Format("text/markdown; charset=utf-8", markdown_file.write),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.write),
}


@dataclass(frozen=True, slots=True)
class Export:
    name: str
    media_type: str
    content: bytes

    def response(self) -> HttpResponse:
        """The file as a download, whatever script its name is in (RFC 6266, 8187)."""
        response = HttpResponse(self.content, content_type=self.media_type)
        response["Content-Disposition"] = content_disposition_header(True, self.name)
        return response


def export(task: Task, format: str, review: Review | None = None) -> Export:
    """The standing cases of `task` (with `review`, those alone) as a file. `format` is one of `FORMATS`."""
    kind = FORMATS[format]
    return Export(
        f"{_file_name(task.title)}.{format}", kind.media_type, kind.write(contents_of(task, review))
    )


def _file_name(title: str) -> str:
    """The title without what file systems refuse."""
    safe = "".join(
        " " if character in '\\/:*?"<>|%' or not character.isprintable() else character for character in title
    )
    return " ".join(safe.split())[:NAME_LIMIT].strip(". ") or "cases"
