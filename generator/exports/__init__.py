"""A task's cases as a file: one module a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from generator.case_inputs import Review
from generator.exports import (
    csv_file,
    feature_file,
    json_file,
    markdown_file,
    testlink_file,
    testrail_file,
    xlsx_file,
    xmind_file,
    zentao_file,
)
from generator.exports.contents import Contents, contents_of
from generator.models import Task

NAME_LIMIT = 80
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that cases can be written as; `ending` is that of its name."""

    media_type: str
    ending: str
    label: str | Promise
    write: Callable[[Contents], bytes]


FORMATS = {
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        _("Excel (.xlsx)"),
        xlsx_file.write,
    ),
    "csv": Format(CSV, "csv", _("CSV (.csv)"), csv_file.write),
    "md": Format("text/markdown; charset=utf-8", "md", _("Markdown (.md)"), markdown_file.write),
    "json": Format("application/json", "json", _("JSON (.json)"), json_file.write),
    "feature": Format("text/plain; charset=utf-8", "feature", _("Gherkin (.feature)"), feature_file.write),
    "xmind": Format("application/vnd.xmind.workbook", "xmind", _("XMind (.xmind)"), xmind_file.write),
    "testlink": Format("application/xml", "xml", _("TestLink (.xml)"), testlink_file.write),
    "testrail": Format(CSV, "testrail.csv", _("TestRail (.csv)"), testrail_file.write),
    "zentao": Format(CSV, "zentao.csv", _("ZenTao (.csv)"), zentao_file.write),
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
        f"{_file_name(task.title)}.{kind.ending}", kind.media_type, kind.write(contents_of(task, review))
    )


def _file_name(title: str) -> str:
    """The title without what file systems refuse."""
    safe = "".join(
        " " if character in '\\/:*?"<>|%' or not character.isprintable() else character for character in title
    )
    return " ".join(safe.split())[:NAME_LIMIT].strip(". ") or "cases"
