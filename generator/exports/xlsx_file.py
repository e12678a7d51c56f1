"""XLSX: sheets of cases, of coverage and of open questions, ready to filter and to print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.exports.contents import Contents, plain, table_headings, table_row

HEADING_FONT = Font(bold=True, color="FFFFFF")
HEADING_FILL = PatternFill("solid", fgColor="1F4E5F")
UNCOVERED_FILL = PatternFill("solid", fgColor="F8C9C4")
UNCOVERED_FONT = Font(color="9C0006")
PRIORITY_FONTS = {"P0": Font(bold=True, color="9C0006"), "P1": Font(bold=True)}
LINE = Side("thin", color="C8D2D6")
LINES = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WRAPPED = Alignment(wrap_text=True, vertical="top")
MARK = Alignment(horizontal="center", vertical="top")
UPRIGHT = Alignment(text_rotation=90, horizontal="center", vertical="bottom")
WIDTHS = {"title": 40, "preconditions": 32, "steps": 48, "expected": 48, "section": 22, "data": 24, "rev": 6}
WIDTH = 13
COVERAGE_WIDTHS = [8, 60, 60, 12, 30]
MARK_WIDTH = 4
QUESTION_WIDTHS = [80, 30]
MATRIX_CELLS_LIMIT = 40_000
"""Beyond them nobody reads a matrix; the column of keys says the same."""
CELL_LIMIT = 32_767
"""Excel's own; openpyxl would write a longer cell, and Excel would call the file broken."""
TASK_PROPERTY = "Caseloom task"
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write(contents: Contents) -> bytes:
    book = Workbook()
    whose = StringProperty(name=TASK_PROPERTY, value=contents.task["id"])
    book.custom_doc_props.append(whose)  # type: ignore[attr-defined]  # younger than the stubs
    cases = book.active
    assert isinstance(cases, Worksheet)
    cases.title = _("Cases")
    _write_cases(cases, contents)
    _write_coverage(book.create_sheet(_("Coverage")), contents)
    if contents.questions:
        _write_questions(book.create_sheet(_("Questions")), contents)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def excel_text(text: str) -> str:
    """A text as a cell can hold it. `_x0041_` would show as "A": its first `_` is written out."""
    return ESCAPE.sub("_x005F_", plain(text))[:CELL_LIMIT]


def _write_cases(sheet: Worksheet, contents: Contents) -> None:
    headings = table_headings()
    rows = [[table_row(case)[name] for name in headings] for case in contents.cases]
    _fill(sheet, list(headings.values()), [WIDTHS.get(name, WIDTH) for name in headings], rows)
    column = list(headings).index("priority") + 1
    for number, case in enumerate(contents.cases, 2):
        if font := PRIORITY_FONTS.get(case["priority"]):
            sheet.cell(number, column).font = font


def _write_coverage(sheet: Worksheet, contents: Contents) -> None:
    """The items, and a column for each case with a mark where it tests one. Uncovered ones are red."""
    is_small = len(contents.items) * len(contents.cases) <= MATRIX_CELLS_LIMIT
    keys = [case["key"] for case in contents.cases] if is_small else []
    headings = [_("Key"), _("Statement"), _("Quote"), _("Kind"), _("Cases")]
    rows = [[item[name] for name in ("key", "text", "quote", "kind")] for item in contents.items]
    for row, item in zip(rows, contents.items, strict=True):
        marks = ["●" if key in item["cases"] else "" for key in keys]
        row.extend([", ".join(item["cases"]), *marks])
    _fill(sheet, [*headings, *keys], [*COVERAGE_WIDTHS, *[MARK_WIDTH] * len(keys)], rows)
    sheet.freeze_panes = "B2"
    for number, item in enumerate(contents.items, 2):
        for column in range(1, len(headings) + len(keys) + 1):
            cell = sheet.cell(number, column)
            if not item["cases"]:
                cell.fill, cell.font = UNCOVERED_FILL, UNCOVERED_FONT
            if column > len(headings):
                cell.alignment = MARK
    for column in range(len(headings) + 1, len(headings) + len(keys) + 1):
        sheet.cell(1, column).alignment = UPRIGHT


def _write_questions(sheet: Worksheet, contents: Contents) -> None:
    names = [document["name"] for document in contents.documents]
    rows = [[question["text"], _document(question, names)] for question in contents.questions]
    _fill(sheet, [_("Question"), _("Document")], QUESTION_WIDTHS, rows)


def _document(question: dict[str, Any], names: list[str]) -> str:
    span = question["span"]
    return names[span["document"]] if span and span["document"] < len(names) else ""


def _fill(
    sheet: Worksheet, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> None:
    for number, values in enumerate([headings, *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number, column)
            cell.value = excel_text(value)
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.alignment, cell.border = WRAPPED, LINES
    for column, width in enumerate(widths, 1):
        sheet.cell(1, column).font, sheet.cell(1, column).fill = HEADING_FONT, HEADING_FILL
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
