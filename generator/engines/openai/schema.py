"""The shapes that answers have, in the subset of JSON Schema that strict endpoints take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from generator.drafts import CaseType, ItemKind, Options, Polarity, Priority, Technique

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


@dataclass(frozen=True, slots=True)
class Question:
    """One call: the two messages and the shape of the answer."""

    system: str
    user: str
    name: str
    schema: Schema


def case_schema(options: Options) -> Schema:
    """Requirement keys are no enum: each new schema is compiled at its first use, seconds at OpenAI."""
    case = _object(
        title=_TEXT,
        requirements=_TEXTS,
        priority=_one_of(get_args(Priority)),
        type=_one_of(options.types or get_args(CaseType)),
        technique=_one_of(options.techniques or get_args(Technique)),
        polarity=_one_of(get_args(Polarity)),
        preconditions=_TEXTS,
        steps=_list_of(_object(action=_TEXT, expected=_TEXT)),
        data=_TEXT,
        tags=_TEXTS,
    )
    return _object(cases=_list_of(case))


def analysis_schema() -> Schema:
    item = _object(quote=_TEXT, text=_TEXT, kind=_one_of(get_args(ItemKind)))
    question = _object(text=_TEXT, quote=_TEXT)
    return _object(items=_list_of(item), glossary=_TEXTS, questions=_list_of(question))


def _object(**properties: Schema) -> Schema:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _one_of(values: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(values)}
