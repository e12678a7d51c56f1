"""Cases as files: export them, and import them again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from core.api.auth import SignedInRequest
from core.api.problems import WrongMediaType
from core.api.schemas import reads, writes
from core.validation import InvalidInput
from generator.api.bodies import MULTIPART
from generator.api.lookup import EditableTask, TaskInPath
from generator.case_inputs import Review
from generator.documents.judging import File, clean_name
from generator.exports import FORMATS, export
from generator.imports import import_cases, read_file

router = Router(tags=["cases"])

Format = Literal["xlsx", "csv", "md", "json", "feature", "xmind", "testlink", "testrail", "zentao"]
BINARY = {"type": "string", "format": "binary"}
FORM = {"type": "object", "required": ["file"], "properties": {"file": BINARY}}


class ExportQuery(BaseModel):
    format: Annotated[Format, Field(description="The kind of file.")]
    review: Annotated[Review | None, Field(description="Only cases that were reviewed so.")] = None


class ImportProblem(BaseModel):
    row: Annotated[int, Field(description="Of the sheet, or the number of the case in a map or a JSON list.")]
    message: str


class ImportFacts(BaseModel):
    created: int
    updated: int
    unchanged: int
    problems: list[ImportProblem]


@router.get(
    "/tasks/{uuid:task_id}/export",
    response=reads(None, 404, 422),
    summary="Export the cases",
    openapi_extra={
        "responses": {200: {"content": {kind.media_type: {"schema": BINARY} for kind in FORMATS.values()}}}
    },
)
def export_task(request: SignedInRequest, task: TaskInPath, query: Query[ExportQuery]) -> HttpResponse:
    """Cases that count: not merged, obsolete or deleted. Headings are in the reader's language.

    The JSON's schema is at [export.schema.json](export.schema.json).
    """
    return export(task, query.format, query.review).response()


@router.post(
    "/tasks/{uuid:task_id}/cases/import",
    response={200: ImportFacts, **writes(201, ImportFacts, 400, 404, 413, 415, 422)},
    summary="Import cases",
    openapi_extra={"requestBody": {"required": True, "content": {MULTIPART: {"schema": FORM}}}},
)
def create_cases(request: SignedInRequest, task: EditableTask) -> Status[dict[str, Any]]:
    """From XLSX, CSV, XMind or JSON: our own exports, edited or not, and tables with a column "Title".

    A case whose key is there is changed where the file says something else, unless it was changed since the
    file was written; other rows become new cases. 201 when there are new ones, else 200.
    """
    if request.content_type != MULTIPART:
        raise WrongMediaType(MULTIPART)
    file = uploaded(request)
    outcome = import_cases(task, request.user, clean_name(file.name or ""), read_file(file))
    return Status(201 if outcome.created else 200, asdict(outcome))


def uploaded(request: HttpRequest) -> File:
    """The one `file` of a form. Raise `InvalidInput`."""
    unknown = sorted({*request.POST, *request.FILES} - {"file", "csrfmiddlewaretoken"})
    if unknown:
        raise InvalidInput({name: _("There is no such field.") for name in unknown})
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise InvalidInput({"file": _("Give one file.")})
    return cast("File", files[0])
