"""Input that can't be used, in words for the person who sent it: which field, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from core.text import can_be_stored, is_blank, with_unix_line_ends

WORDS = {
    "missing": _("Give a value."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("Give text."),
    "string_unicode": _("Remove the characters that are no Unicode text."),
    "unstorable": _("Remove the NUL characters and broken surrogate pairs."),
    "string_too_long": _("Use at most %(max_length)s characters."),
    "string_too_short": _("Give some text."),
    "int_type": _("Give a whole number."),
    "int_parsing": _("Give a whole number."),
    "int_from_float": _("Give a whole number."),
    "int_parsing_size": _("Give a smaller number."),
    "greater_than_equal": _("Give %(ge)s or more."),
    "less_than_equal": _("Give %(le)s or less."),
    "literal_error": _("Choose one of: %(expected)s."),
    "bool_type": _("Give true or false."),
    "bool_parsing": _("Give true or false."),
    "list_type": _("Give a list."),
    "too_long": _("Give at most %(max_length)s entries."),
    "model_type": _("Give a JSON object."),
    "model_attributes_type": _("Give a JSON object."),
    "dict_type": _("Give a JSON object."),
    "uuid_type": _("Give an id."),
    "uuid_parsing": _("Give an id."),
    "datetime_type": _("Give a time like 2026-01-31T12:00:00Z."),
    "datetime_parsing": _("Give a time like 2026-01-31T12:00:00Z."),
    "datetime_from_date_parsing": _("Give a time like 2026-01-31T12:00:00Z."),
    "timezone_aware": _("Give a time with its zone, like 2026-01-31T12:00:00Z."),
}
OTHERWISE = _("This value can't be used.")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE)


class InvalidInput(Exception):
    """Values that break a rule: a message for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


class TooLarge(InvalidInput):
    """Something is bigger than the site takes."""


class WrongType(InvalidInput):
    """Something is of a type that the site can't use."""


def messages_of(errors: Iterable[Mapping[str, Any]], skip: int = 0) -> dict[str, str]:
    """Pydantic's errors as a message for each field; `skip` leading parts of each location are no field."""
    return {".".join(map(str, error["loc"][skip:])): message_of(error) for error in errors}


def message_of(error: Mapping[str, Any]) -> str:
    facts = error.get("ctx", {})
    # Behind our own validators pydantic calls text a "Value"; the others that have a length are lists.
    kind = f"string_{error['type']}" if facts.get("field_type") == "Value" else error["type"]
    words = str(WORDS.get(kind, OTHERWISE))
    return words % facts if "%(" in words else words


def clean_text(value: Any) -> Any:
    """Text with `\\n` line ends, "" when it is blank; what is no text is left to pydantic's own check."""
    if not isinstance(value, str):
        return value
    if not can_be_stored(value):
        raise PydanticCustomError("unstorable", "NUL or a lone surrogate")
    return "" if is_blank(value) else with_unix_line_ends(value)


def clean_line(value: Any) -> Any:
    """One line of text without spaces around it."""
    text = clean_text(value)
    return " ".join(text.split()) if isinstance(text, str) else text


def _spelled_out(value: Any) -> Any:
    """RFC 3339 alone: pydantic would take numbers and other spellings too. It names a missing zone itself."""
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "no RFC 3339 time")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "before or after all years in UTC") from error


Text = Annotated[str, BeforeValidator(clean_text)]
Line = Annotated[str, BeforeValidator(clean_line)]
Instant = Annotated[AwareDatetime, BeforeValidator(_spelled_out), AfterValidator(_in_utc)]


class Input(BaseModel):
    """A request's body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")

    def given(self) -> dict[str, Any]:
        """The fields that were sent, each of them whole: what was left out inside one has its default."""
        return self.model_dump(include=self.model_fields_set)
