"""What a request for a task must be (interface §3): for the API, the form and `generate` alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticKnownError

from core.text import can_be_stored, is_blank, looks_binary, with_unix_line_ends
from core.validation import Input, InvalidInput, Text, TooLarge, WrongType, messages_of
from generator import choosing
from generator.documents import DocumentUnreadable
from generator.documents.judging import EmptyDocument, File, WrongDocumentType, clean_name, judge
from generator.documents.remembered import text_of
from generator.drafts import CaseType, Detail, Technique
from generator.models.tasks import TITLE_LIMIT
from generator.services import Upload

REQUIREMENT_LIMIT = 200_000
INSTRUCTION_LIMIT = 2_000
FILES_LIMIT = 10

__all__ = [
    "CleanRequest",
    "InvalidInput",
    "Options",
    "TooLarge",
    "WrongType",
    "clean_options",
    "clean_request",
]


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _named(name: str) -> str:
    if name and name not in choosing.names():
        raise PydanticKnownError("literal_error", {"expected": ", ".join(choosing.names())})
    return name


class Options(Input):
    """How the cases are to be written; empty `types` and `techniques` mean all.

    `endpoint` is one of `LLM_ENDPOINTS` or "rules"; "" is the first one.
    """

    language: Literal["auto", "en", "zh-hans"] = "auto"
    types: Annotated[list[CaseType], AfterValidator(_once)] = []
    techniques: Annotated[list[Technique], AfterValidator(_once)] = []
    detail: Detail = "standard"
    instruction: Annotated[Text, Field(max_length=INSTRUCTION_LIMIT)] = ""
    endpoint: Annotated[str, AfterValidator(_named)] = ""


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """A request as `generator.services` takes it: `request_task(user, **clean.facts)`."""

    requirement: str
    title: str
    options: dict[str, Any]
    uploads: tuple[Upload, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `request_task`."""
        return {
            "requirement": self.requirement,
            "title": self.title,
            "options": self.options,
            "uploads": self.uploads,
        }


def clean_request(
    requirement: object = "", title: object = "", options: object = None, files: Sequence[File] = ()
) -> CleanRequest:
    """The whole input, ready to be stored. Raise `InvalidInput` or its kin."""
    errors: dict[str, str] = {}
    cleaned = {
        "requirement": _collect(errors, clean_requirement, requirement),
        "title": _collect(errors, clean_title, title),
        "options": _collect(errors, clean_options, options),
    }
    if not cleaned["requirement"] and not files and "requirement" not in errors:
        errors["requirement"] = _("Give some text or a file.")
    if errors:
        raise InvalidInput(errors)
    return CleanRequest(**cleaned, uploads=clean_files(files))


def _collect(errors: dict[str, str], clean: Callable[[object], Any], value: object) -> Any:
    try:
        return clean(value)
    except InvalidInput as invalid:
        errors.update(invalid.errors)


def clean_requirement(value: object) -> str:
    """The pasted text, "" when it is blank."""
    text = _text("requirement", value).removeprefix("\ufeff")
    if looks_binary(text):
        raise InvalidInput(
            {"requirement": _("This is no text: it looks like a binary file. Add it as a file.")}
        )
    if len(text) > REQUIREMENT_LIMIT:
        raise InvalidInput(
            {
                "requirement": _("Use at most %(max)s characters; these are %(n)s.")
                % {"max": f"{REQUIREMENT_LIMIT:,}", "n": f"{len(text):,}"}
            }
        )
    return "" if is_blank(text) else text


def clean_title(value: object) -> str:
    """A title on one line, "" when it is blank."""
    title = " ".join(_text("title", value).split())
    if len(title) > TITLE_LIMIT:
        raise InvalidInput(
            {"title": _("Use at most %(max_length)s characters.") % {"max_length": TITLE_LIMIT}}
        )
    return "" if is_blank(title) else title


def clean_options(value: object) -> dict[str, Any]:
    """All options, with the defaults for those that were left out."""
    if value is not None and not isinstance(value, Mapping):
        raise InvalidInput({"options": _("Give a JSON object.")})
    try:
        return Options.model_validate(value or {}).model_dump()
    except ValidationError as error:
        messages = messages_of(error.errors(include_url=False))
        raise InvalidInput({f"options.{field}": words for field, words in messages.items()}) from error


def clean_files(files: Sequence[File]) -> tuple[Upload, ...]:
    if len(files) > FILES_LIMIT:
        raise InvalidInput(
            {
                "files": ngettext("Give at most %(n)d file.", "Give at most %(n)d files.", FILES_LIMIT)
                % {"n": FILES_LIMIT}
            }
        )
    refusals: list[InvalidInput] = []
    uploads = [upload for file in files if (upload := _judged(file, refusals))]
    if refusals:
        raise _worst(refusals)({"files": "\n".join(refusal.errors["files"] for refusal in refusals)})
    return tuple(uploads)


def texts_of(uploads: Sequence[Upload]) -> list[str]:
    """What stands in the files, for somebody who waits. Raise `InvalidInput`, naming those without."""
    texts, reasons = [], []
    for upload in uploads:
        try:
            texts.append(text_of(upload.name, upload.media_type, upload.content))
        except DocumentUnreadable as unreadable:
            reasons.append(unreadable.reason)
    if reasons:
        raise InvalidInput({"files": "\n".join(reasons)})
    return texts


def _worst(refusals: list[InvalidInput]) -> type[InvalidInput]:
    """Of several refused files one decides how all are refused: too large, then of the wrong type."""
    kinds = {type(refusal) for refusal in refusals}
    return next(kind for kind in (TooLarge, WrongType, InvalidInput) if kind in kinds)


def _judged(file: File, refusals: list[InvalidInput]) -> Upload | None:
    """The file as it is stored; one that can't be taken joins `refusals`."""
    if file.size > settings.MAX_UPLOAD_MB * 2**20:
        words = _("%(name)s is larger than %(n)s MB.")
        name = clean_name(file.name or "")
        refusals.append(TooLarge({"files": words % {"name": name, "n": settings.MAX_UPLOAD_MB}}))
        return None
    try:
        return judge(file)
    except WrongDocumentType as wrong:
        refusals.append(WrongType({"files": str(wrong)}))
    except (EmptyDocument, DocumentUnreadable) as unusable:
        refusals.append(InvalidInput({"files": str(unusable)}))
    return None


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput({field: _("Give text.")})
    if not can_be_stored(value):
        raise InvalidInput({field: _("Remove the NUL characters and broken surrogate pairs.")})
    return with_unix_line_ends(value)
