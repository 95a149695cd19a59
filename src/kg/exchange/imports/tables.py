"""Tables as CSV, with the damage that spreadsheets do: delimiter and line ends found out, faults at row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kg.exchange.imports.content import Content, decoded
from kg.exchange.imports.faults import Place, fault
from kg.records import Finding
from kg.text import did_you_mean

__all__ = ["Row", "Sheet", "TableFile", "damaged", "missing_columns", "read_sheet", "read_table"]

_DELIMITERS = (",", ";", "\t", "|")
_MOST_CELL = 1_000_000
_MOST_COLUMNS = 1000
_MONTHS = "jan|feb|mrt|mar|maa|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec"
_DATE = re.compile(
    rf"(\d{{1,2}}[-/ ]({_MONTHS})[a-z]*\.?([-/ ]\d{{2,4}})?"
    rf"|({_MONTHS})[a-z]*\.?[-/ ]\d{{2,4}}"
    r"|\d{1,2}[-/]\d{1,2}[-/]\d{4}|\d{4}-\d{2}-\d{2}([ T]00:00(:00)?)?)\Z",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[-+]?\d+([.,]\d+)?[eE][-+]?\d+\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts, the line it starts on, and its cells by column."""

    number: int
    line: int
    cells: dict[str, str]

    def place(self, file: str, column: str = "") -> Place:
        """The place of the row, or of one of its cells."""
        return Place(file, self.line, row=self.number, column=column)


@dataclass(frozen=True, slots=True)
class TableFile:
    """The columns and rows of a table; rows without any text are left out and counted."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table just as it stands in its file: every row with its number and first line, and what parts the cells."""

    rows: tuple[tuple[int, int, list[str]], ...]
    delimiter: str
    line_end: str
    named: bool
    """Whether a line `sep=…` above the table names the delimiter, as Excel understands it."""


def read_sheet(content: Content, encoding: str = "", known: Collection[str] = ()) -> tuple[Sheet | None, list[Finding]]:
    """All cells of a file, nothing left out; or the faults: no text, no rows, broken quotes."""
    text = decoded(content, encoding)
    if isinstance(text, Finding):
        return None, [text]
    text = text.removeprefix("\ufeff")
    start = 1
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        text, start = text[named.end() :], 2
    delimiter = named[1] if named else _delimiter(text, known)
    found, faults = _rows(text, delimiter, content.name, start)
    if not found:
        return None, faults or [fault("empty-file", Place(content.name))]
    line_end = "\r\n" if "\r\n" in text else "\n"
    return Sheet(tuple(found), delimiter, line_end, bool(named)), []


def read_table(
    content: Content, encoding: str = "", known: Collection[str] = ()
) -> tuple[TableFile | None, list[Finding]]:
    """The table in a file, and its faults; no table when its names or quotes are broken.

    The delimiter is the one of `, ; tab |` that gives most of the `known` columns, else most columns.
    """
    sheet, faults = read_sheet(content, encoding, known)
    if sheet is None:
        return None, faults
    (_, line, columns), *rows = sheet.rows
    columns = [" ".join(name.split()) for name in columns]
    while columns and not columns[-1]:
        columns.pop()
    faults += _faults_of_columns(columns, content.name, line)
    if faults:
        return None, faults
    kept = []
    for number, line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        extra = len(cells) - len(columns)
        if extra < 0 or any(cell.strip() for cell in cells[len(columns) :]):
            place = Place(content.name, line, row=number)
            faults.append(fault("row-length", place, cells=len(cells), columns=len(columns)))
            continue
        kept.append(Row(number, line, dict(zip(columns, (cell.strip() for cell in cells), strict=False))))
    return TableFile(content.name, tuple(columns), tuple(kept), len(rows) - len(kept) - len(faults)), faults


def missing_columns(table: TableFile, wanted: Sequence[str]) -> Iterator[Finding]:
    """A fault for every wanted column that is not there, with the nearest that is."""
    for column in wanted:
        if column not in table.columns:
            near = did_you_mean(column, table.columns) or ", ".join(table.columns)
            yield fault("column-missing", Place(table.name, 1, row=1), value=column, near=near)


def damaged(code: str) -> str:
    """The rule a code breaks that a spreadsheet took for a date or a large number; empty for a sound one."""
    if _DATE.match(code):
        return "code-as-date"
    return "code-as-number" if _SCIENTIFIC.match(code) else ""


def _delimiter(text: str, known: Collection[str]) -> str:
    first = re.match(r'(?:[^"\r\n]|"(?:[^"]|"")*")*+', text[:100_000])
    header = first[0] if first else ""

    def fit(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return sum(" ".join(name.split()) in known for name in names), len(names)

    try:
        return max(_DELIMITERS, key=fit)
    except csv.Error:
        return ","


def _rows(text: str, delimiter: str, name: str, start: int) -> tuple[list[tuple[int, int, list[str]]], list[Finding]]:
    """Every row with its number and first line; the fault of broken quotes ends them."""
    before = csv.field_size_limit(_MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, int, list[str]]] = []
    line = 0
    try:
        while True:
            line = reader.line_num
            try:
                rows.append((len(rows) + 1, line + start, next(reader)))
            except StopIteration:
                return rows, []
    except csv.Error as error:
        rule = "row-too-long" if "field limit" in str(error) else "quotes"
        return [], [fault(rule, Place(name, line + start, row=len(rows) + 1), reason=error)]
    finally:
        csv.field_size_limit(before)


def _faults_of_columns(columns: Sequence[str], name: str, line: int) -> Iterator[Finding]:
    if len(columns) > _MOST_COLUMNS:
        yield fault("too-many-columns", Place(name, line, row=1), value=len(columns), most=_MOST_COLUMNS)
        return
    for index, column in enumerate(columns):
        if not column:
            yield fault("column-without-name", Place(name, line, row=1), value=index + 1)
        elif column in columns[:index]:
            yield fault("column-twice", Place(name, line, row=1), value=column)
