"""Any table in a workbook, read as CSV text and written again: a list of names, not a sheet of the graph."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from kg.exchange.spreadsheet.grid import Cell, DateCell, ErrorCell, FormulaCell, Grid

__all__ = ["as_csv", "as_workbook"]

_WIDEST = 60


def as_csv(grids: Sequence[Grid], column: str) -> bytes:
    """The first sheet with this column, else the first with anything in it, as CSV in UTF-8 with its mark.

    Numbers and days are written as they read; of a formula it is the formula that is written.
    """
    filled = [grid for grid in grids if any(grid.rows)]
    wanted = _folded(column)
    found = next((grid for grid in filled if wanted in map(_folded, _rows(grid)[0])), filled[0] if filled else None)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(_rows(found) if found else [])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(content: bytes) -> bytes:
    """CSV text as a workbook of one sheet. Everything is text: no code becomes a date, nothing a formula."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        head, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                page.write_string(number, index, value, text if number else head)
        for index in range(max(map(len, rows), default=0)):
            longest = max((len(row[index]) for row in rows if index < len(row)), default=0)
            page.set_column(index, index, min(_WIDEST, longest + 2), text)
        page.freeze_panes(1, 0)
    return out.getvalue()


def _rows(grid: Grid) -> list[list[str]]:
    """The rows from the first that holds anything, each as wide as the widest."""
    rows = [*grid.rows]
    while rows and not rows[0]:
        rows.pop(0)
    widest = max(map(len, rows), default=0)
    return [[_text(cell) for cell in row] + [""] * (widest - len(row)) for row in rows]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case FormulaCell() | ErrorCell():
            return cell.text
        case DateCell():
            return cell.moment.date().isoformat()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
    return str(cell)
