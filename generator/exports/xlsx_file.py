"""XLSX: a sheet of cases and a sheet of coverage, ready to filter and to print."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from generator.exports.contents import Contents, table_headings, table_row

HEADING_FONT = Font(bold=True, color="FFFFFF")
HEADING_FILL = PatternFill("solid", fgColor="1F4E5F")
WRAPPED = Alignment(wrap_text=True, vertical="top")
WIDTHS = {"title": 40, "preconditions": 32, "steps": 48, "expected": 48, "section": 22, "data": 24}
WIDTH = 13
COVERAGE_WIDTHS = [8, 60, 60, 12, 30]
CELL_LIMIT = 32_767
"""Excel's own; openpyxl would write a longer cell, and Excel would call the file broken."""


def write(contents: Contents) -> bytes:
    book = Workbook()
    headings = table_headings()
    cases = book.active
    assert isinstance(cases, Worksheet)
    cases.title = _("Cases")
    rows = ([table_row(case)[name] for name in headings] for case in contents.cases)
    _fill(cases, list(headings.values()), [WIDTHS.get(name, WIDTH) for name in headings], rows)
    coverage = book.create_sheet(_("Coverage"))
    _fill(coverage, _coverage_headings(), COVERAGE_WIDTHS, map(_coverage_row, contents.items))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _coverage_headings() -> list[str]:
    return [_("Key"), _("Statement"), _("Quote"), _("Kind"), _("Cases")]


def _coverage_row(item: dict[str, Any]) -> list[str]:
    return [item["key"], item["text"], item["quote"], item["kind"], ", ".join(item["cases"])]


def _fill(
    sheet: Worksheet, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> None:
    for number, values in enumerate([headings, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_LIMIT]
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.alignment = WRAPPED
    for column, width in enumerate(widths, 1):
        sheet.cell(1, column).font, sheet.cell(1, column).fill = HEADING_FONT, HEADING_FILL
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
