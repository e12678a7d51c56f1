"""Our own JSON, or a list of cases in its shape."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from core.validation import InvalidInput, TooLarge
from generator.case_contents import CONTENT_FIELDS
from generator.documents.readers.case_csv import ROWS_LIMIT
from generator.imports.rows import Content, Raw, Reading, Row, key_in, rev_in
from generator.payloads import Payload


def of_json(name: str, content: bytes) -> Reading:
    whole = _parsed(name, content)
    cases = whole.get("cases") if isinstance(whole, dict) else whole
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise InvalidInput({"file": _("%(name)s has no “cases”, a list of JSON objects.") % {"name": name}})
    if len(cases) > ROWS_LIMIT:
        words = _("%(name)s has more than %(most)s cases. Split it.")
        raise TooLarge({"file": words % {"name": name, "most": f"{ROWS_LIMIT:,}"}})
    task = whole.get("task") if isinstance(whole, dict) else None
    task_id = task.get("id") if isinstance(task, dict) else ""
    return Reading(
        [_row(number, case) for number, case in enumerate(cases, 1)], _written, _meant, str(task_id or "")
    )


def _parsed(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            {"file": _("%(name)s is no well-formed JSON in UTF-8.") % {"name": name}}
        ) from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _row(number: int, case: dict[str, Any]) -> Row:
    key, rev = case.get("key"), case.get("rev")
    raw = {field: case[field] for field in CONTENT_FIELDS if field in case}
    place = _("Case %(number)s") % {"number": number}
    return Row(number, place, raw, key_in(key) if isinstance(key, str) else "", rev_in(str(rev)))


def _written(case: Payload) -> Raw:
    return {field: case[field] for field in CONTENT_FIELDS}


def _meant(raw: Raw) -> tuple[Content, list[str]]:
    return raw, []
