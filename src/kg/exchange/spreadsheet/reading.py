"""A workbook or a folder of CSV files as sheets of cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.grid import Cell, DateCell, ErrorCell, FormulaCell, Grid
from kg.exchange.spreadsheet.safety import refuse_hostile
from kg.files.turtle import read_text

__all__ = ["MOST_ROWS", "grids_in"]

MOST_ROWS = 200_000
"""Rows read of all sheets together."""
_MOST_COLUMNS = 400
_QUOTED = re.compile(r"'(?='*[=+\-@\t])")
_EMPTY_ROWS = 1_000
"""Empty rows after which a sheet is at its end: a spreadsheet may keep a million of them."""


def grids_in(path: Path) -> list[Grid]:
    """The sheets of a workbook, or of the CSV files in a folder. Raises ExchangeError for a file that is refused."""
    if path.is_dir():
        return [*_csv_grids(path)]
    refuse_hostile(path)
    try:
        workbook = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            left = MOST_ROWS
            grids = []
            for sheet in workbook.worksheets:
                rows = _rows(sheet, left, path.name)
                left -= len(rows)
                grids.append(Grid(str(sheet.title), rows))
        finally:
            workbook.close()
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, BadZipFile, OSError) as fault:
        raise ExchangeError(
            "{path}: the workbook is damaged: {fault}.",
            "Save it anew.",
            path=path.name,
            fault=fault or type(fault).__name__,
        ) from None
    return grids


def _rows(sheet: Any, most: int, name: str) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    empty = 0
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(max_col=_MOST_COLUMNS):
        row = tuple(_cell(cell) for cell in cells)
        filled = max((index + 1 for index, cell in enumerate(row) if cell is not None), default=0)
        rows.append(row[:filled])
        empty = 0 if filled else empty + 1
        if empty > _EMPTY_ROWS:
            break
        if len(rows) - empty > most:
            raise ExchangeError(
                "{path}: more than {most} rows.", "Divide it over several files.", path=name, most=MOST_ROWS
            )
    return rows[: len(rows) - empty]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "f":
        return FormulaCell(str(getattr(value, "text", None) or value))
    if cell.data_type == "e":
        return ErrorCell(str(value))
    if isinstance(value, str | bool | int | float):
        return value
    shows_day = "d" in re.sub(r'"[^"]*"|\[[^\]]*\]', "", str(cell.number_format).casefold())
    if isinstance(value, datetime):
        return DateCell(value, shows_day)
    if isinstance(value, date):
        return DateCell(datetime(value.year, value.month, value.day), shows_day)
    if isinstance(value, time | timedelta):
        return DateCell(datetime(1900, 1, 1), day=False)
    return str(value)


def _csv_grids(folder: Path) -> Iterator[Grid]:
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise ExchangeError("{path}: there are no CSV files here.", path=folder)
    csv.field_size_limit(10_000_000)
    for path in paths:
        text = read_text(path, path.name)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        try:
            rows = [
                tuple(_csv_cell(cell) for cell in row)
                for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
            ]
        except csv.Error as fault:
            raise ExchangeError("{path}: not CSV: {fault}.", path=path.name, fault=fault) from None
        yield Grid(path.stem, rows)


def _csv_cell(text: str) -> Cell:
    """The text of a cell, without the quote that keeps a spreadsheet from reading a formula."""
    return _QUOTED.sub("", text, count=1) if _QUOTED.match(text) else text or None
