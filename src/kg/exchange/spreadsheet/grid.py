"""A sheet as rows of cells, whatever file it comes from or goes to, and the place of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Block", "Cell", "DateCell", "ErrorCell", "FormulaCell", "Grid", "Place", "column_letter"]


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A cell with a formula; what it would give is never read."""

    text: str


@dataclass(frozen=True, slots=True)
class DateCell:
    """A cell the spreadsheet holds for a date or time."""

    moment: datetime
    day: bool
    """Whether its format shows a day, so that a whole date was meant."""


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell with a spreadsheet's own error, as `#REF!`."""

    text: str


Cell = str | int | float | bool | FormulaCell | DateCell | ErrorCell | None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a workbook: a cell, a row (column 0) or a whole sheet (row 0); both count from 1."""

    sheet: str
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it, `D14`; a row by its first cell; empty for a whole sheet."""
        return f"{column_letter(self.column or 1)}{self.row}" if self.row else ""

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.row else self.sheet


@dataclass(frozen=True, slots=True)
class Block:
    """Cells side by side and below each other, as `D5:E8`; rows and columns count from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        return f"{column_letter(self.left)}{self.top}:{column_letter(self.right)}{self.bottom}"

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell lies in it and is not its first."""
        inside = self.top <= row <= self.bottom and self.left <= column <= self.right
        return inside and (row, column) != (self.top, self.left)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its name and its rows, the heads of its columns first."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[Block, ...] = ()
    """Cells that were made one: only the first of them holds a value."""


def column_letter(column: int) -> str:
    """The letters of a column counted from 1: A … Z, AA …"""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
