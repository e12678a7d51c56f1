"""Tables of cases, from workbooks and CSV: the rows of each sheet whose headings name a title."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.text import with_unix_line_ends
from core.validation import InvalidInput, TooLarge
from generator.documents.readers.case_csv import ROWS_LIMIT
from generator.exports.contents import formula_safe, is_formula, numbered, plain, table_row
from generator.exports.xlsx_file import CELL_LIMIT
from generator.imports.cells import entries, meant
from generator.imports.headings import named_columns
from generator.imports.rows import Raw, Reading, Row, key_in, rev_in

HEADING_ROWS = 10
"""Above the headings there may be a title and who wrote it."""

Cells = dict[str, str]


def of_workbook(name: str, found: dict[str, Any]) -> Reading:
    return _reading(name, found, lambda cell: plain(cell)[:CELL_LIMIT])


def of_csv(name: str, found: dict[str, Any]) -> Reading:
    """An apostrophe keeps a cell from being a formula; it is no part of the text."""
    return _reading(name, found, lambda cell: _without_apostrophe(formula_safe(cell)), _without_apostrophe)


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def _reading(
    name: str,
    found: dict[str, Any],
    held: Callable[[str], str],
    shown: Callable[[str], str] = lambda cell: cell,
) -> Reading:
    """`held` is what is left of a text in a cell of this format, `shown` what a cell of the file says."""
    rows: list[Row] | None = None
    for sheet in found["sheets"]:
        if heading := _heading(sheet, shown):
            rows = [*(rows or []), *_rows(sheet, *heading, shown)]
    if rows is None:
        words = _("%(name)s has no table of cases: name a column “Title”.")
        raise InvalidInput({"file": words % {"name": name}})
    if len(rows) > ROWS_LIMIT:
        words = _("%(name)s has more than %(most)s rows of cases. Split it.")
        raise TooLarge({"file": words % {"name": name, "most": f"{ROWS_LIMIT:,}"}})
    return Reading(rows, _written(held), meant, found.get("task", ""))


def _heading(sheet: dict[str, Any], shown: Callable[[str], str]) -> tuple[int, dict[str, list[int]]] | None:
    """The number of the row that names the columns, and where they are."""
    for number, row in enumerate(sheet["rows"][:HEADING_ROWS], 1):
        places = named_columns([shown(cell) for cell in row])
        if "title" in places and len(places) > 1:
            return number, places
    return None


def _written(held: Callable[[str], str]) -> Callable[[dict[str, Any]], Raw]:
    return lambda case: {column: held(cell) for column, cell in table_row(case).items()}


def _rows(
    sheet: dict[str, Any], heading: int, places: dict[str, list[int]], shown: Callable[[str], str]
) -> list[Row]:
    cells = [
        (number, _cells(row, places, shown))
        for number, row in enumerate(sheet["rows"][heading:], heading + 1)
        if any(cell.strip() for cell in row)
    ]
    return [_row(sheet["name"], number, case) for number, case in _whole(cells)]


def _cells(row: Sequence[str], places: dict[str, list[int]], shown: Callable[[str], str]) -> Cells:
    """Of several cells for one column the first that says something."""
    return {
        column: with_unix_line_ends(
            shown(next((row[at] for at in found if row[at:] and row[at].strip()), ""))
        )
        for column, found in places.items()
    }


def _whole(rows: list[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """A row with steps alone goes on with the case above it, as tables with one row a step have it."""
    groups: list[tuple[int, list[Cells]]] = []
    for number, cells in rows:
        has_name = any(cells.get(column, "").strip() for column in ("title", "key"))
        goes_on = (
            groups and not has_name and any(cells.get(part, "").strip() for part in ("steps", "expected"))
        )
        if goes_on:
            groups[-1][1].append(cells)
        else:
            groups.append((number, [cells]))
    for number, group in groups:
        yield number, group[0] if len(group) == 1 else _joined(group)


def _joined(group: list[Cells]) -> Cells:
    columns = {
        part: numbered(["\n".join(entries(cells.get(part, "")).values()) for cells in group])
        for part in ("steps", "expected")
    }
    return {**group[0], **columns}


def _row(sheet: str, number: int, cells: Cells) -> Row:
    facts = {"sheet": sheet, "row": number}
    place = (_("“%(sheet)s”, row %(row)s") if sheet else _("Row %(row)s")) % facts
    raw: Raw = {column: cell for column, cell in cells.items() if column not in {"key", "rev"}}
    return Row(number, place, raw, key_in(cells.get("key", "")), rev_in(cells.get("rev", "")))
