"""Workbooks that a test edits as people do: cells found by sheet, code, file and head."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.importing import Import, read_workbook
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.spreadsheet.workbook import workbook
from kg.files.project import Project

__all__ = ["Edit", "cell_of", "column_of", "contents", "edited", "exported", "imported", "put", "write"]

Edit = Callable[[openpyxl.Workbook], None]


def exported(project: Project, path: Path, language: str = "nl") -> Path:
    """The workbook of a project."""
    plan = blueprint(project)
    path.write_bytes(workbook(plan, statements_of(plan), language))
    return path


def edited(source: Path, target: Path, *edits: Edit) -> Path:
    """A workbook with these edits."""
    book = openpyxl.load_workbook(source)
    for edit in edits:
        edit(book)
    book.save(target)
    return target


def imported(project: Project, path: Path, language: str = "en", **options: str) -> Import:
    """What a workbook would do."""
    return read_workbook(project, grids_in(path), language, **options)


def column_of(page: Worksheet, head: str) -> int:
    """The number of the column with this head."""
    return next(cell.column for cell in page[1] if cell.value == head)


def cell_of(page: Worksheet, code: str, head: str, file: str = "") -> Cell:
    """The cell of a thing below a head; `file` where it has several rows."""
    rows = (n for n in range(2, page.max_row + 1) if page.cell(n, 1).value == code)
    row = next(n for n in rows if file in ("", page.cell(n, 3).value))
    found = page.cell(row, column_of(page, head))
    assert isinstance(found, Cell)
    return found


def write(cell: Cell, value: object) -> None:
    """Puts a value in a cell; text as text, whatever it looks like."""
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "s"


def put(sheet: str, code: str, head: str, value: object, file: str = "") -> Edit:
    """An edit of one cell."""
    return lambda book: write(cell_of(book[sheet], code, head, file), value)


def contents(project: Project) -> dict[str, bytes]:
    """The data files of a project."""
    return {project.relative(path): path.read_bytes() for path in sorted(project.folder("data").rglob("*.ttl"))}
