"""A workbook of cases as JSON: `{task, sheets: [{name, rows}]}`, every cell as text."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from generator.documents.manuscript import Manuscript
from generator.documents.readers.case_csv import COLUMNS_LIMIT, READ_ROWS

TASK_PROPERTY = "Caseloom task"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read(content: bytes, manuscript: Manuscript) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what the file says of them is often wrong
            rows = islice(sheet.iter_rows(max_col=COLUMNS_LIMIT, values_only=True), READ_ROWS)
            sheets.append({"name": sheet.title, "rows": [list(map(_text, row)) for row in rows]})
    properties = book.custom_doc_props.props  # type: ignore[attr-defined]  # younger than the stubs
    named = {one.name: one.value for one in properties}
    manuscript.verbatim(json.dumps({"task": str(named.get(TASK_PROPERTY, "")), "sheets": sheets}))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value))
