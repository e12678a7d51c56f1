"""What a PDF page draws: bullets that are dots and no characters, tables with rules between rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from generator.documents.readers.pdf_lines import Line, joined
from generator.documents.readers.pdf_table import Table

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

BULLET = "•"
DOT_SHARE = 0.6
THICKEST = 2.0
SHORTEST = 8.0
NEAR = 1.5
TALLEST_ROW = 200.0
ROW_GAP = 0.9
LARGER = 1.1


def boxes_of(page: pdfium.PdfPage) -> list[Box]:
    return [path.get_bounds() for path in page.get_objects([raw.FPDF_PAGEOBJ_PATH], max_depth=1)]


def with_bullets(lines: list[Line], boxes: list[Box]) -> list[Line]:
    """Lines with a dot drawn before them begin with a bullet, where the dot stands."""
    dots = [box for box in boxes if _is_dot(box)]
    return [_marked(line, next((dot for dot in dots if _marks(dot, line)), None)) for line in lines]


def _marked(line: Line, dot: Box | None) -> Line:
    return replace(line, text=f"{BULLET} {line.text}", left=dot[0]) if dot else line


def _is_dot(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return 0 < height < 10 and abs(width - height) < 0.3 * height


def _marks(dot: Box, line: Line) -> bool:
    gap, middle = line.left - dot[2], (dot[1] + dot[3]) / 2
    is_small = dot[3] - dot[1] < DOT_SHARE * line.size
    return is_small and 0 <= gap < NEAR * line.size and line.bottom < middle < line.top


def ruled_between(boxes: list[Box], lines: list[Line], text: pdfium.PdfTextPage) -> Iterator[Table]:
    """Tables that have rules between their rows alone, of one piece for each column."""
    rows = [(low, _pieces(list(group))) for low, group in groupby(_rules(boxes), key=lambda rule: rule[1])]
    rows = [(low, pieces) for low, pieces in rows if len(pieces) > 2]
    for _same, group in groupby(_near(rows), key=lambda row: (row[2], row[1])):
        found = list(group)
        lows, columns = [low for low, _pieces_of, _number in found], found[0][1]
        if len(lows) > 1:
            edges = [lows[0] + (lows[0] - lows[1]), *lows]
            yield _table([*edges, *_last_row(lows[-1], columns, lines)], columns, text)


def _last_row(rule: float, columns: tuple[float, ...], lines: list[Line]) -> list[float]:
    """Where the row below the last rule ends: it is there when several columns have words close beneath."""
    below = sorted(
        (line for line in lines if line.middle[1] < rule and columns[0] <= line.middle[0] <= columns[-1]),
        key=lambda line: -line.top,
    )
    row: list[Line] = []
    for line in below:
        edge = min(above.bottom for above in row) if row else rule
        if edge - line.top > ROW_GAP * line.size or (row and line.size > LARGER * row[0].size):
            break
        row.append(line)
    filled = {sum(column <= line.left + 1 for column in columns) for line in row}
    is_wide = any(line.left < column < line.right for line in row for column in columns[1:-1])
    return [min(line.bottom for line in row) - 1] if len(filled) > 1 or is_wide else []


def _near(rows: list[tuple[float, tuple[float, ...]]]) -> Iterator[tuple[float, tuple[float, ...], int]]:
    """The rows with the number of the table that they belong to: one that is far below begins another."""
    number, above = 0, None
    for bottom, pieces in rows:
        number += above is not None and above - bottom > TALLEST_ROW
        yield bottom, pieces, number
        above = bottom


def _rules(boxes: list[Box]) -> list[Box]:
    """Thin, wide boxes from top to bottom, then from left to right; those of one height are one row."""
    thin = [box for box in boxes if box[3] - box[1] <= THICKEST and box[2] - box[0] >= SHORTEST]
    return sorted(
        ((left, round(low), right, top) for left, low, right, top in thin), key=lambda b: (-b[1], b[0])
    )


def _pieces(rules: list[Box]) -> tuple[float, ...]:
    """Where the columns begin and end; empty when the pieces don't touch."""
    if any(abs(left[2] - right[0]) > THICKEST for left, right in pairwise(rules)):
        return ()
    return (*(round(rule[0]) for rule in rules), round(rules[-1][2]))


def _table(edges: list[float], columns: tuple[float, ...], text: pdfium.PdfTextPage) -> Table:
    rows = [
        [joined(text.get_text_bounded(left, low, right, high)) for left, right in pairwise(columns)]
        for high, low in pairwise(edges)
    ]
    return Table(rows, columns[0], edges[-1], columns[-1], edges[0])
