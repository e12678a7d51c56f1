"""The shapes that answers have, in the subset of JSON Schema that strict endpoints take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from generator.documents.manuscript import Image
from generator.drafts import TITLE_LIMIT, CaseType, ItemKind, Options, Polarity, Priority, Technique

Schema = dict[str, Any]

STEPS_ASKED_FOR = 20
TEXTS_ASKED_FOR = 8
CHARACTERS_ASKED_FOR = 400
"""Small local models repeat themselves for ever in an open list or text; limits in a grammar stop them."""

_TEXT: Schema = {"type": "string", "maxLength": CHARACTERS_ASKED_FOR}
_TITLE: Schema = {"type": "string", "maxLength": TITLE_LIMIT}
_BOUNDS = {"maxLength", "maxItems"}


@dataclass(frozen=True, slots=True)
class Question:
    """One call: the two messages, the second perhaps with pictures, and the shape of the answer."""

    system: str
    user: str
    name: str
    schema: Schema
    images: tuple[Image, ...] = ()


def case_schema(options: Options) -> Schema:
    """Requirement keys are no enum: each new schema is compiled at its first use, seconds at OpenAI."""
    case = _object(
        title=_TITLE,
        requirements=_list_of(_TEXT, TEXTS_ASKED_FOR),
        priority=_one_of(get_args(Priority)),
        type=_one_of(options.types or get_args(CaseType)),
        technique=_one_of(options.techniques or get_args(Technique)),
        polarity=_one_of(get_args(Polarity)),
        preconditions=_list_of(_TEXT, TEXTS_ASKED_FOR),
        steps=_list_of(_object(action=_TEXT, expected=_TEXT), STEPS_ASKED_FOR),
        data=_TEXT,
        tags=_list_of(_TEXT, TEXTS_ASKED_FOR),
    )
    return _object(cases=_list_of(case))


def analysis_schema() -> Schema:
    item = _object(quote=_TEXT, text=_TEXT, kind=_one_of(get_args(ItemKind)))
    question = _object(text=_TEXT, quote=_TEXT)
    return _object(items=_list_of(item), glossary=_list_of(_TEXT), questions=_list_of(question))


def without_bounds(schema: Any) -> Any:
    """The same shape for endpoints whose schemas know no limits (OpenAI's strict ones: no `maxLength`)."""
    if isinstance(schema, dict):
        return {key: without_bounds(value) for key, value in schema.items() if key not in _BOUNDS}
    if isinstance(schema, list):
        return [without_bounds(value) for value in schema]
    return schema


def _object(**properties: Schema) -> Schema:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list_of(schema: Schema, most: int | None = None) -> Schema:
    limits = {} if most is None else {"maxItems": most}
    return {"type": "array", "items": schema, **limits}


def _one_of(values: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(values)}
