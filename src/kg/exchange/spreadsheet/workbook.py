"""The sheets as an Excel workbook: heads with notes, drop-down lists, colours by origin, a read-me."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kg.exchange.spreadsheet.base import base_cells
from kg.exchange.spreadsheet.blueprint import Blueprint, Statements
from kg.exchange.spreadsheet.columns import Column, Form, SheetKind
from kg.exchange.spreadsheet.grid import Cell
from kg.exchange.spreadsheet.layout import FIXED, Sheet, layout
from kg.exchange.spreadsheet.lists import Lists, lists
from kg.exchange.spreadsheet.styles import COLOURS, TABS, Styles, width_of
from kg.exchange.spreadsheet.values import POINTER
from kg.exchange.spreadsheet.words import around, head, how, note, readme, sheet_area
from kg.names import LG

__all__ = ["workbook"]

_BEGINNING = datetime(2000, 1, 1)
"""The time a workbook says it was made: the same graph gives the same bytes."""
_SPARE = 500
"""Rows below the last that have lists too."""


def workbook(plan: Blueprint, statements: Statements, language: str, *, small: bool = False) -> bytes:
    """The workbook of these statements, in Dutch or English. The same statements give the same bytes.

    A `small` one has no sheets for kinds without rows, and no lists for them.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        settings = plan.project.settings
        book.set_properties({"title": settings.title.within(language), "created": _BEGINNING})
        book.set_size(2400, 1400)
        styles = Styles.of(book)
        sheets = layout(plan, statements, language)
        sheets = [sheet for sheet in sheets if not small or len(sheet.grid.rows) > 1]
        first = book.add_worksheet(around("readme").within(language))
        offered = lists(plan, [column for sheet in sheets if sheet.kind for column in sheet.kind.columns], language)
        for sheet in sheets:
            page = book.add_worksheet(sheet.grid.name)
            if sheet.kind:
                page.set_tab_color(TABS[sheet_area(sheet.kind.segment)])
                _things(plan, page, sheet, sheet.kind, offered, styles=styles, language=language)
            else:
                _rest(page, sheet, offered, styles, language)
        _lists(book.add_worksheet(offered.sheet), offered, styles)
        hidden = book.add_worksheet(around("base").within(language))
        for index, text in enumerate(base_cells(settings.version, settings.base, statements)):
            hidden.write_string(index, 0, text)
        hidden.very_hidden()
        _readme(plan, first, sheets, styles, language)
        first.activate()
    return content.getvalue()


def _things(
    plan: Blueprint, page: Worksheet, sheet: Sheet, kind: SheetKind, offered: Lists, *, styles: Styles, language: str
) -> None:
    rows = sheet.grid.rows
    last = len(rows) - 1 + _SPARE
    for index, name in enumerate(FIXED):
        page.set_column(index, index, width_of(name), styles.text)
        _note(page, index, note(name).within(language))
    for index, column in enumerate(kind.columns, start=len(FIXED)):
        folded = {} if column.used else {"level": 1, "hidden": True}
        page.set_column(index, index, width_of(column), styles.body(column), folded)
        _note(page, index, _explained(plan, column, language))
        _choose(page, index, last, offered.reference(column), strict=column.form is Form.BOOLEAN)
    _choose(page, FIXED.index("file"), last, offered.reference("file"), strict=True)
    page.set_row(0, 34)
    for index, title in enumerate(rows[0]):
        page.write_string(0, index, str(title), styles.head)
    for number, (row, file) in enumerate(zip(rows[1:], sheet.files, strict=True), start=1):
        origin = plan.origins.get(file, "").removeprefix(LG)
        page.set_row(number, _height(kind, row))
        for index, cell in enumerate(row):
            if index < len(FIXED):
                style = styles.code_of[origin] if index == 0 else styles.origin_of[origin]
            else:
                style = styles.body(kind.columns[index - len(FIXED)])
            if cell is None:
                continue
            if isinstance(cell, str):
                faint = number in sheet.additions and cell.startswith(POINTER)
                page.write_string(number, index, cell, styles.pointer if faint else style)
            elif isinstance(cell, int | float):
                page.write_number(number, index, cell, style)
    page.freeze_panes(1, len(FIXED) + 1)
    page.autofilter(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1)
    _print(page)


def _height(kind: SheetKind, row: Sequence[Cell]) -> float:
    """The height that shows the longest text of a row, up to twelve lines: not every program fits it by itself."""
    lines = 1
    for column, cell in zip(kind.columns, row[len(FIXED) :], strict=True):
        if isinstance(cell, str) and column.used:
            lines = max(lines, sum(1 + int(len(line) // width_of(column)) for line in cell.split("\n")))
    return 13.5 * min(lines, 12) + 1.5


def _rest(page: Worksheet, sheet: Sheet, offered: Lists, styles: Styles, language: str) -> None:
    rows = sheet.grid.rows
    for index, title in enumerate(rows[0]):
        page.write_string(0, index, str(title), styles.head)
    for index, (name, width) in enumerate((("file", 22), ("subject", 50), ("property", 20), ("value", 70))):
        page.set_column(index, index, width, styles.text)
        _note(page, index, note(name).within(language))
    for number, row in enumerate(rows[1:], start=1):
        for index, cell in enumerate(row):
            page.write_string(number, index, str(cell), styles.text)
    _choose(page, 0, len(rows) - 1 + _SPARE, offered.reference("file"), strict=True)
    page.freeze_panes(1, 0)
    _print(page)


def _lists(page: Worksheet, offered: Lists, styles: Styles) -> None:
    for index, (title, texts) in enumerate(zip(offered.heads, offered.columns, strict=True)):
        page.set_column(index, index, 34, styles.text)
        page.write_string(0, index, title, styles.head)
        for number, text in enumerate(texts, start=1):
            page.write_string(number, index, text, styles.text)
    page.freeze_panes(1, 0)


def _readme(plan: Blueprint, page: Worksheet, sheets: list[Sheet], styles: Styles, language: str) -> None:
    settings = plan.project.settings
    page.hide_gridlines(2)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 92)
    page.write_string(0, 0, f"{settings.title.within(language)} {settings.version}", styles.title)
    row = 2
    for line in readme(language):
        if line.startswith("# "):
            row += 1
            page.write_string(row, 0, line.removeprefix("# "), styles.heading)
        else:
            page.merge_range(row, 0, row, 1, line, styles.prose)
            page.set_row(row, 15 * (1 + len(line) // 118) + 3)
        row += 1
    row += 1
    page.write_string(row, 0, head("origin").within(language), styles.heading)
    origins = {origin: files for origin in COLOURS if (files := _files_of(plan, origin))}
    for origin, files in origins.items():
        row += 1
        name = next(plan.origin(file, language) for file in files)
        page.write_string(row, 0, name, styles.origin_of[origin])
        page.write_string(row, 1, ", ".join(files), styles.prose)
        page.set_row(row, 15 * (1 + len(", ".join(files)) // 95) + 3)
    row += 2
    for sheet in sheets:
        page.write_url(
            row, 0, f"internal:'{sheet.grid.name.replace(chr(39), chr(39) * 2)}'!A1", styles.link, sheet.grid.name
        )
        page.write_number(row, 1, len(sheet.grid.rows) - 1, styles.count)
        row += 1
    page.set_portrait()
    page.fit_to_pages(1, 0)


def _files_of(plan: Blueprint, origin: str) -> list[str]:
    return [file for file, iri in plan.origins.items() if iri.removeprefix(LG) == origin]


def _note(page: Worksheet, column: int, text: str) -> None:
    lines = sum(1 + len(line) // 42 for line in text.splitlines())
    page.write_comment(0, column, text, {"x_scale": 2.2, "y_scale": max(0.6, 0.24 * lines), "font_size": 9})


def _explained(plan: Blueprint, column: Column, language: str) -> str:
    """What a column means, and how it is filled."""
    names = [plan.codes.label(kind, language) or plan.codes.address(kind) for kind in column.classes]
    parts = [column.definition.within(language) or f"{column.title.within(language)}."]
    if column.choices:
        choices = ", ".join(plan.codes.written(iri, column, language) for iri in column.choices)
        parts.append(how("choice").within(language).format(choices=choices))
    elif names:
        parts.append(how("codes").within(language).format(kinds=", ".join(names)))
    if column.form in {Form.NUMBER, Form.BOOLEAN}:
        parts.append(how(column.form.value).within(language))
    if column.form is Form.DATE:
        forms = {"gYear": "2026", "gYearMonth": "2026-05", "date": "2026-05-31"}
        told = ", ".join(
            shown for name, shown in forms.items() if any(kind.endswith(f"#{name}") for kind in column.datatypes)
        )
        parts.append(how("date").within(language).format(forms=told))
    parts.append(how("one" if column.single else "many").within(language))
    return "\n".join([*parts, f"[{plan.codes.address(column.property)}]"])


def _choose(page: Worksheet, column: int, last: int, source: str, *, strict: bool) -> None:
    if source:
        rule: Mapping[str, Any] = {"validate": "list", "source": source, "show_error": strict}
        page.data_validation(1, column, last, column, dict(rule))


def _print(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
