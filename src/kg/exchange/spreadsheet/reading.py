"""A workbook or a folder of CSV files as sheets of cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.worksheet._reader import INLINE_STRING, WorkSheetParser

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.grid import Block, Cell, DateCell, ErrorCell, FormulaCell, Grid
from kg.exchange.spreadsheet.progress import Progress, Step, unseen
from kg.exchange.spreadsheet.safety import MOST_BYTES, refuse_hostile, too_large
from kg.files.turtle import read_text

__all__ = ["MOST_ROWS", "grids_in"]

MOST_ROWS = 200_000
"""Rows read of all sheets together."""
_MOST_COLUMNS = 400
_QUOTED = re.compile(r"'(?='*[=+\-@\t])")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"[^>]*>")
_MOST_MERGED = 200
"""Merged cells told of one sheet."""
_CHUNK = 1 << 20
_TEXT = INLINE_STRING.replace("}is", "}t")
_MOST_SEEN = 5_000_000
"""Rows seen of all sheets together: of one sheet a spreadsheet may keep a million empty ones."""


def grids_in(path: Path, progress: Progress = unseen) -> list[Grid]:
    """The sheets of a workbook, or of the CSV files in a folder. Raises ExchangeError for a file that is refused."""
    progress(Step.READ, 0, 0)
    if path.is_dir():
        return [*_csv_grids(path, progress)]
    refuse_hostile(path)
    try:
        with path.open("rb") as file:
            workbook = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            count = _Count(path.name, progress)
            grids = [Grid(str(sheet.title), [*_rows(sheet, count)], _merged(sheet)) for sheet in workbook.worksheets]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, BadZipFile, OSError) as fault:
        raise ExchangeError(
            "{path}: the workbook is damaged: {fault}.",
            "Save it anew.",
            path=path.name,
            fault=fault or type(fault).__name__,
        ) from None
    return grids


@dataclass(slots=True)
class _Count:
    """The rows of all sheets so far, those with something in them and all. Raises ExchangeError for too many."""

    name: str
    progress: Progress
    filled: int = 0
    seen: int = 0

    def one(self, *, filled: bool) -> None:
        """Counts a row."""
        self.seen += 1
        self.filled += filled
        if self.filled > MOST_ROWS or self.seen > _MOST_SEEN:
            raise ExchangeError(
                "{path}: more than {most} rows.", "Divide it over several files.", path=self.name, most=MOST_ROWS
            )
        if filled and self.filled % 200 == 0:
            self.progress(Step.READ, self.filled, 0)


def _rows(sheet: Any, count: _Count) -> Iterator[tuple[Cell, ...]]:
    """The rows of a sheet up to the last that has something in it, each up to its last cell."""
    empty = 0
    with sheet._get_source() as source:
        book = sheet.parent
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        above = 0
        for number, cells in parser.parse():
            if number <= above:
                continue
            for _ in range(above + 1, number):
                count.one(filled=False)
            row = _filled(sheet, cells)
            count.one(filled=bool(row))
            empty += number - above - 1
            above = number
            if row:
                yield from [()] * empty
                yield row
            empty = 0 if row else empty + 1


class _Parser(WorkSheetParser):
    """openpyxl's reader of a sheet, which reads a text without markup at once: most cells hold one."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Where a cell stands, its value and what kind of value that is."""
        place = element.get("r")
        if element.get("t") == "inlineStr" and place and len(element) == 1 and element[0].tag == INLINE_STRING:
            parts = element[0]
            if len(parts) == 1 and parts[0].tag == _TEXT and not parts.attrib:
                row, column = coordinate_to_tuple(place)
                self.col_counter = column
                return {"row": row, "column": column, "value": parts[0].text or "", "data_type": "s", "style_id": 0}
        cell: dict[str, Any] = super().parse_cell(element)
        return cell


def _filled(sheet: Any, cells: Sequence[dict[str, Any]]) -> tuple[Cell, ...]:
    row: list[Cell] = []
    for cell in cells:
        at = cell["column"] - 1
        if 0 <= at < _MOST_COLUMNS:
            row += [None] * (at + 1 - len(row))
            row[at] = cell["value"] or None if cell["data_type"] == "s" else _cell(ReadOnlyCell(sheet, **cell))
    while row and row[-1] is None:
        row.pop()
    return tuple(row)


def _merged(sheet: Any) -> tuple[Block, ...]:
    """The merged cells, which openpyxl does not tell of a sheet that it reads row by row."""
    found: list[Block] = []
    before = b""
    with sheet._get_source() as source:
        while chunk := source.read(_CHUNK):
            text = before + chunk
            for match in _MERGED.finditer(text):
                if len(found) < _MOST_MERGED:
                    found.append(Block(*range_boundaries(match[1].decode())))
            before = text[text.rfind(b"<") :]
    return tuple(dict.fromkeys(found))


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


def _csv_grids(folder: Path, progress: Progress) -> Iterator[Grid]:
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise ExchangeError("{path}: there are no CSV files here.", path=folder)
    size = sum(path.stat().st_size for path in paths)
    if size > MOST_BYTES:
        raise too_large(folder.name, size)
    count = _Count(folder.name, progress)
    csv.field_size_limit(10_000_000)
    for path in paths:
        text = read_text(path, path.name)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        rows: list[tuple[Cell, ...]] = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                count.one(filled=any(row))
                rows.append(tuple(_csv_cell(cell) for cell in row))
        except csv.Error as fault:
            raise ExchangeError("{path}: not CSV: {fault}.", path=path.name, fault=fault) from None
        yield Grid(path.stem, rows)


def _csv_cell(text: str) -> Cell:
    """The text of a cell, without the quote that keeps a spreadsheet from reading a formula."""
    return _QUOTED.sub("", text, count=1) if _QUOTED.match(text) else text or None
