"""OpenAPI's schemas: references followed, `allOf` put together, objects as fields with their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from generator.documents.readers.openapi_words import Phrases

REFERENCES_LIMIT = 20
NESTING_LIMIT = 4
FIELDS_LIMIT = 300
"""Of one parameter or body."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    is_required: bool
    schema: Mapping[str, Any]

    @property
    def description(self) -> str:
        return scalar(self.schema.get("description"))

    def rules(self, say: Phrases) -> list[str]:
        """What a value must be, each as the end of a sentence."""
        kind, allowed = _kind(self.schema), self.schema.get("enum")
        rules = [say.kinds.get(kind, kind)] if kind else []
        if "const" in self.schema:
            allowed = [self.schema["const"]]
        if isinstance(allowed, list):
            rules.append(say.one_of.format(values=", ".join(filter(None, map(scalar, allowed)))))
        rules += [
            say.bounds(unit, *limits) for unit, limits in _limits(self.schema) if limits != (None, None)
        ]
        for key in ("multipleOf", "format", "pattern"):
            if key in self.schema:
                rules.append(say.keys[key].format(value=self.schema[key]))
        if self.schema.get("uniqueItems"):
            rules.append(say.unique)
        if _is_nullable(self.schema):
            rules.append(say.nullable)
        if scalar(self.schema.get("default")):
            rules.append(say.default.format(value=scalar(self.schema["default"])))
        return rules


def scalar(value: Any) -> str:
    """A value in one word, "" for lists and objects: those of YAML can hold each other a billion times."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, Mapping | list | set) else str(value)


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    kinds = [each for each in kind if each != "null"] if isinstance(kind, list) else [kind]
    return str(kinds[0]) if kinds else ""


def _is_nullable(schema: Mapping[str, Any]) -> bool:
    return schema.get("nullable") is True or (
        isinstance(schema.get("type"), list) and "null" in schema["type"]
    )


def _limits(schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is True or below is True:  # OpenAPI 3.0 has flags where 3.1 has numbers
        above, below = low if above is True else None, high if below is True else None
        low, high = None if above is not None else low, None if below is not None else high
    yield "", (low, high)
    yield "open", (None if above is False else above, None if below is False else below)
    yield "characters", (schema.get("minLength"), schema.get("maxLength"))
    yield "entries", (schema.get("minItems"), schema.get("maxItems"))


class Schemas:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def mapping(self, value: Any) -> Mapping[Any, Any]:
        """`value` with its reference followed; an empty one for what is none, or refers elsewhere."""
        for _step in range(REFERENCES_LIMIT):
            if not isinstance(value, Mapping):
                return {}
            if "$ref" not in value:
                return value
            value = self._at(str(value["$ref"]))
        return {}

    def _at(self, reference: str) -> Any:
        found: Any = self._document if reference.startswith("#/") else None
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def whole(self, value: Any, depth: int = 0) -> Mapping[str, Any]:
        """A schema with its `allOf` put together, and the first of `oneOf` or `anyOf`."""
        schema = dict(self.mapping(value))
        parts = schema.pop("allOf", None) or []
        choices = schema.get("oneOf") or schema.get("anyOf") or []
        known = [choice for choice in choices if self.mapping(choice).get("type") != "null"][:1]
        for part in [*parts, *known] if depth < REFERENCES_LIMIT else ():
            inner = self.whole(part, depth + 1)
            properties = {**inner.get("properties", {}), **schema.get("properties", {})}
            required = [*inner.get("required", []), *schema.get("required", [])]
            schema = {**inner, **schema, "properties": properties, "required": required}
        return schema

    def scheme(self, key: str, scopes: Any, say: Phrases) -> str:
        """A security scheme in words, with the scopes that it needs."""
        schemes = self.mapping(self.mapping(self._document.get("components")).get("securitySchemes"))
        facts = self.mapping(schemes.get(key))
        kind = " ".join(str(facts[name]) for name in ("type", "scheme", "in", "name") if name in facts)
        needs = say.scopes.format(scopes=", ".join(map(str, scopes))) if scopes else ""
        return f"{key}{f' ({kind})' if kind else ''}{needs}"


def fields_of(schemas: Schemas, name: str, value: Any, is_required: bool) -> Iterator[Field]:
    """The field itself and, of objects and lists, those within: `address.city`, `lines[].amount`."""
    yield from islice(_fields(schemas, name, value, is_required, ()), FIELDS_LIMIT)


def _fields(
    schemas: Schemas, name: str, value: Any, is_required: bool, above: tuple[int, ...]
) -> Iterator[Field]:
    """A schema that holds itself is described once: `above` are those that this one lies in."""
    place = id(schemas.mapping(value))
    if place in above or len(above) > NESTING_LIMIT:
        return
    schema = schemas.whole(value)
    yield Field(name, is_required, schema)
    if "items" in schema:
        yield from _fields(schemas, f"{name}[]", schema["items"], is_required, (*above, place))
    required = schema.get("required")
    needed = required if is_required and isinstance(required, list) else []
    for key, inner in schemas.mapping(schema.get("properties")).items():
        own = f"{name}.{key}" if name else str(key)
        yield from _fields(schemas, own, inner, key in needed, (*above, place))
