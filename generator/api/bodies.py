"""The body of `POST /tasks` and `POST /estimate`: JSON, or multipart with files."""

from __future__ import annotations

import json
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from core.api.problems import JSON, Malformed, WrongMediaType
from core.api.site import read_json
from core.validation import InvalidInput
from generator.api.schemas import TaskRequest
from generator.changes import changed_of
from generator.documents.judging import File
from generator.inputs import CleanRequest, clean_request
from generator.models import Task
from generator.rounds import Changed

MULTIPART = "multipart/form-data"
FIELDS = {"requirement", "title", "options"}
SCHEMA = TaskRequest.model_json_schema()
SCHEMA["properties"]["options"] = SCHEMA.pop("$defs")["Options"]
TEXT = {"type": "string"}
FORM = {
    "type": "object",
    "properties": {
        "requirement": TEXT,
        "title": TEXT,
        "options": {"type": "string", "description": "The options as JSON."},
        "files": {"type": "array", "maxItems": 10, "items": {"type": "string", "format": "binary"}},
    },
}
REVISION = {"requirement", "keep"}
KEPT = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "description": "Numbers of former documents that stay as they are.",
}
REVISION_OPENAPI = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"type": "object", "properties": {"requirement": TEXT, "keep": KEPT}}},
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "requirement": TEXT,
                        "keep": KEPT,
                        "files": FORM["properties"]["files"],  # type: ignore[index]
                    },
                }
            },
        },
    }
}
OPENAPI = {
    "requestBody": {"required": True, "content": {JSON: {"schema": SCHEMA}, MULTIPART: {"schema": FORM}}}
}


def request_of(request: HttpRequest) -> CleanRequest:
    """The body, checked. Raise `InvalidInput` and its kin, `WrongMediaType`, `Malformed`, `HttpError` 400."""
    if request.content_type == MULTIPART:
        return _of_form(request)
    if request.content_type != JSON:
        raise WrongMediaType(f"{JSON}, {MULTIPART}")
    body = _json_object(request)
    _refuse_unknown(body)
    return clean_request(body.get("requirement"), body.get("title"), body.get("options"))


def revision_of(request: HttpRequest, task: Task) -> Changed:
    """The body of a revision: `requirement`, `files` and `keep`, checked as a request is."""
    if request.content_type == MULTIPART:
        form = request.POST
        _refuse_unknown([*(set(form) - {"csrfmiddlewaretoken"}), *(set(request.FILES) - {"files"})], REVISION)
        files = cast("list[File]", request.FILES.getlist("files"))
        return changed_of(task, form.get("requirement"), files, form.getlist("keep"))
    if request.content_type != JSON:
        raise WrongMediaType(f"{JSON}, {MULTIPART}")
    body = _json_object(request)
    _refuse_unknown(body, REVISION)
    return changed_of(task, body.get("requirement"), keep=body.get("keep"))


def _json_object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = read_json(request)
    except (ValueError, RecursionError) as error:
        raise HttpError(400, "") from error
    if not isinstance(body, dict):
        raise InvalidInput({"requirement": _("Send a JSON object with this field.")})
    return body


def _of_form(request: HttpRequest) -> CleanRequest:
    form = request.POST
    if any("\ufffd" in text for texts in dict(form.lists()).values() for text in texts):
        # Django has put this character for what it could not decode, and keeps no other trace.
        raise Malformed(_("The form's text is not UTF-8."))
    _refuse_unknown([*(set(form) - {"csrfmiddlewaretoken"}), *(set(request.FILES) - {"files"})])
    options = _options_of(form["options"]) if form.get("options", "").strip() else None
    files = cast("list[File]", request.FILES.getlist("files"))
    return clean_request(form.get("requirement"), form.get("title"), options, files)


def _options_of(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput({"options": _("Give a JSON object.")}) from error


def _refuse_unknown(names: Any, known: set[str] = FIELDS) -> None:
    unknown = sorted(set(names) - known)
    if unknown:
        raise InvalidInput({name: _("There is no such field.") for name in unknown})
