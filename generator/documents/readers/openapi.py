"""JSON and YAML: an OpenAPI 3 document becomes a chapter for each operation, anything else stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from generator.documents.manuscript import Manuscript
from generator.documents.readers.openapi_schema import Field, Schemas, fields_of, scalar
from generator.documents.readers.openapi_words import PHRASES, Phrases
from generator.documents.readers.plain import decoded

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
HAN_SHARE = 0.15


def read(content: bytes, manuscript: Manuscript) -> None:
    text = decoded(content)
    document = _parsed(text)
    if not _is_openapi(document):
        manuscript.verbatim(text)
        return
    _Chapters(document, manuscript, PHRASES["zh" if _is_chinese(document) else "en"]).write()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 both are safe ones
    except (yaml.YAMLError, ValueError):
        return None


def _is_openapi(document: Any) -> bool:
    return (
        isinstance(document, Mapping)
        and str(document.get("openapi", "")).startswith("3")
        and isinstance(document.get("paths"), Mapping)
    )


def _is_chinese(document: Mapping[str, Any]) -> bool:
    words = "".join(_descriptions(document))
    return sum("\u4e00" <= letter <= "\u9fff" for letter in words) > HAN_SHARE * len(words)


def _descriptions(document: Mapping[str, Any]) -> Iterator[str]:
    """Each place is looked at once, however often YAML's aliases name it."""
    seen: set[int] = set()
    left: list[Any] = [document]
    while left:
        value = left.pop()
        seen.add(id(value))
        for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            if key in ("summary", "description", "title") and isinstance(inner, str):
                yield inner
            elif isinstance(inner, Mapping | list) and id(inner) not in seen:
                left.append(inner)


class _Chapters:
    def __init__(self, document: Mapping[str, Any], manuscript: Manuscript, phrases: Phrases) -> None:
        self.document = document
        self.schemas = Schemas(document)
        self.manuscript = manuscript
        self.say = phrases

    def write(self) -> None:
        about = self.schemas.mapping(self.document.get("info"))
        self.manuscript.heading(1, f"{scalar(about.get('title')) or 'API'} {scalar(about.get('version'))}")
        self.manuscript.paragraph(scalar(about.get("description")))
        for path, shared in self.document["paths"].items():
            entry = self.schemas.mapping(shared)
            for method in METHODS:
                if isinstance(entry.get(method), Mapping):
                    self._operation(f"{method.upper()} {path}", entry, entry[method])

    def _operation(self, name: str, entry: Mapping[str, Any], operation: Mapping[str, Any]) -> None:
        summary = scalar(operation.get("summary")) or scalar(operation.get("operationId"))
        self.manuscript.heading(2, f"{name} {summary}")
        self.manuscript.paragraph(scalar(operation.get("description")) or scalar(entry.get("description")))
        if operation.get("deprecated"):
            self._item(self.say.deprecated.format(name=name))
        self._security(name, operation.get("security", self.document.get("security")))
        self._parameters(entry, operation)
        self._body(name, self.schemas.mapping(operation.get("requestBody")))
        self._answers(name, self.schemas.mapping(operation.get("responses")))

    def _security(self, name: str, security: Any) -> None:
        if not isinstance(security, list):
            return
        ways = [
            self.say.together.join(self.schemas.scheme(key, scopes, self.say) for key, scopes in way.items())
            for way in security
            if isinstance(way, Mapping) and way
        ]
        is_open = not security or len(ways) < len(security)
        if ways and not is_open:
            self._item(self.say.secured.format(name=name, ways=self.say.either.join(ways)))
        elif is_open:
            self._item(self.say.open.format(name=name))

    def _parameters(self, entry: Mapping[str, Any], operation: Mapping[str, Any]) -> None:
        own = {}
        for parameter in [*_list(entry.get("parameters")), *_list(operation.get("parameters"))]:
            facts = self.schemas.mapping(parameter)
            own[facts.get("name"), facts.get("in")] = facts
        for (key, place), facts in own.items():
            schema = facts.get("schema") or _first_schema(facts.get("content"))
            is_required = bool(facts.get("required")) or place == "path"
            subject = self.say.parameter.get(str(place), "{name}").format(name=key)
            for field in fields_of(self.schemas, str(key), schema, is_required):
                self._field(subject if field.name == key else field.name, field, facts.get("description"))

    def _body(self, name: str, body: Mapping[str, Any]) -> None:
        if not body:
            return
        types = ", ".join(map(str, self.schemas.mapping(body.get("content"))))
        phrase = self.say.body_required if body.get("required") else self.say.body_optional
        self._item(phrase.format(name=name, types=types))
        for field in fields_of(self.schemas, "", _first_schema(body.get("content")), is_required=True):
            if field.name:
                self._field(self.say.body_field.format(name=field.name), field, None)

    def _field(self, subject: str, field: Field, description: Any) -> None:
        rules = [self.say.required if field.is_required else self.say.optional, *field.rules(self.say)]
        sentence = self.say.sentence.format(subject=subject, rules=self.say.comma.join(rules))
        self._item(f"{sentence} {scalar(description) or field.description}")

    def _answers(self, name: str, answers: Mapping[Any, Any]) -> None:
        for status, answer in answers.items():
            facts = self.schemas.mapping(answer)
            said = scalar(facts.get("description")).strip().rstrip(".。")
            fields = [
                field.name
                for field in fields_of(
                    self.schemas, "", _first_schema(facts.get("content")), is_required=True
                )
                if field.name and field.is_required
            ]
            phrase = self.say.other_answer if str(status) == "default" else self.say.answer
            sentence = phrase.format(name=name, status=status, said=said)
            holds = self.say.holds.format(fields=", ".join(fields)) if fields else ""
            self._item(sentence + holds + self.say.stop)

    def _item(self, words: str) -> None:
        self.manuscript.item("-", 0, words)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_schema(content: Any) -> Any:
    kinds = (
        [kind for kind in content.values() if isinstance(kind, Mapping)]
        if isinstance(content, Mapping)
        else []
    )
    return kinds[0].get("schema") if kinds else None
