"""The sheets as CSV files, for who has no Excel: with the same heads, and the state they were made from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from kg.exchange.spreadsheet.base import base_cells
from kg.exchange.spreadsheet.blueprint import Blueprint, Statements
from kg.exchange.spreadsheet.grid import Cell
from kg.exchange.spreadsheet.layout import layout
from kg.exchange.spreadsheet.words import around

__all__ = ["csv_files"]

_FORMULA_LIKE = re.compile(r"'*[=+\-@\t]")


def csv_files(plan: Blueprint, statements: Statements, language: str) -> dict[str, bytes]:
    """File name → content: UTF-8 with a byte order mark, so that Excel reads it right, and commas.

    A text that a spreadsheet would take for a formula has a quote before it, which is taken off again on import.
    """
    files = {f"{sheet.grid.name}.csv": _csv(sheet.grid.rows) for sheet in layout(plan, statements, language)}
    settings = plan.project.settings
    base = [[text] for text in base_cells(settings.version, settings.base, statements)]
    return files | {f"{around('base').within(language)}.csv": _csv(base)}


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[_text(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if _FORMULA_LIKE.match(cell) else cell
    return "" if cell is None else str(cell)
