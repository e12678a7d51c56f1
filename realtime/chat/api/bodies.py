"""The body of a new message: JSON, or multipart with files."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from pydantic import ValidationError

from core.api.problems import JSON, Malformed, WrongMediaType
from core.api.site import read_json
from core.validation import InvalidInput, messages_of
from realtime.chat.api.schemas import MessageInput
from realtime.chat.files import FILES_LIMIT, File, clean_files

MULTIPART = "multipart/form-data"
SCHEMA = MessageInput.model_json_schema()
FORM = {
    **SCHEMA,
    "properties": SCHEMA["properties"]
    | {
        "files": {
            "type": "array",
            "maxItems": FILES_LIMIT,
            "items": {"type": "string", "format": "binary"},
        }
    },
}
OPENAPI = {
    "requestBody": {"required": True, "content": {JSON: {"schema": SCHEMA}, MULTIPART: {"schema": FORM}}}
}


def message_of(request: HttpRequest) -> dict[str, Any]:
    """The body, checked, as `send_message` takes it.

    Raise `InvalidInput` and its kin, `WrongMediaType`, `Malformed`, `HttpError` 400.
    """
    if request.content_type == MULTIPART:
        return _of_form(request)
    if request.content_type != JSON:
        raise WrongMediaType(f"{JSON}, {MULTIPART}")
    return _checked(_json(request))


def _json(request: HttpRequest) -> Any:
    try:
        return read_json(request)
    except (ValueError, RecursionError) as error:
        raise HttpError(400, "") from error


def _of_form(request: HttpRequest) -> dict[str, Any]:
    form = {name: text for name, text in request.POST.items() if name != "csrfmiddlewaretoken"}
    if any("\ufffd" in text for text in form.values()):
        # Django has put this character for what it could not decode, and keeps no other trace.
        raise Malformed(_("The form's text is not UTF-8."))
    unknown = sorted(set(request.FILES) - {"files"})
    if unknown:
        raise InvalidInput({name: _("There is no such field.") for name in unknown})
    said = _checked({name: text for name, text in form.items() if text})
    return said | {"files": clean_files(cast("list[File]", request.FILES.getlist("files")))}


def _checked(body: Any) -> dict[str, Any]:
    try:
        said = MessageInput.model_validate(body)
    except ValidationError as error:
        raise InvalidInput(messages_of(error.errors(include_url=False))) from error
    return {"text": said.text, "client_id": said.client_id, "reply_to": str(said.reply_to or "")}
