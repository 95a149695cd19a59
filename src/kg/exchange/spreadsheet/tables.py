"""Which sheet of a file is which, and which of its columns holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.columns import Column, SheetKind
from kg.exchange.spreadsheet.faults import Faults
from kg.exchange.spreadsheet.grid import Cell, Grid, Place
from kg.exchange.spreadsheet.layout import FIXED, heads
from kg.exchange.spreadsheet.words import around, head
from kg.text import did_you_mean

__all__ = ["Tables", "ThingTable", "cell_of", "tables"]


@dataclass(frozen=True, slots=True)
class ThingTable:
    """A sheet of things: where its columns stand, counted from 0; a column that is not there is not in `columns`."""

    kind: SheetKind
    grid: Grid
    fixed: dict[str, int]
    columns: dict[int, Column]

    def place(self, row: int, column: int) -> Place:
        """The place of a cell; both counted from 0."""
        return Place(self.grid.name, row + 1, column + 1)

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell lies behind another that it was merged with; both counted from 0."""
        merged = self.grid.merged
        return bool(merged) and any(block.hides(row + 1, column + 1) for block in merged)


@dataclass(frozen=True, slots=True)
class Tables:
    """The sheets of a file that are read."""

    things: tuple[ThingTable, ...]
    rest: Grid | None
    base: Grid | None


def cell_of(row: Sequence[Cell], index: int) -> Cell:
    """The cell of a row; None beyond its end."""
    return row[index] if index < len(row) else None


def tables(plan: Blueprint, grids: Iterable[Grid], faults: Faults) -> Tables:
    """The sheets by what they hold. A sheet or column that is not known, or is missing, goes to `faults`."""
    kinds = {title: kind for kind in plan.kinds for title in kind.title.by_language.values()}
    passed = {title for name in ("readme", "lists", "faults") for title in around(name).by_language.values()}
    rests, bases = (set(around(name).by_language.values()) for name in ("rest", "base"))
    things: list[ThingTable] = []
    rest = base = None
    for grid in grids:
        if grid.name in rests:
            rest = grid
        elif grid.name in bases:
            base = grid
        elif kind := kinds.get(grid.name):
            table = _thing_table(kind, grid, faults)
            if table:
                things.append(table)
        elif grid.name not in passed and any(cell is not None for row in grid.rows for cell in row):
            near = did_you_mean(grid.name, kinds)
            hint = "Is it meant for {near}? Give it that name, or take it out." if near else "Take it out."
            faults.say(Place(grid.name), "this sheet is not known.", hint, near=near)
    return Tables(tuple(things), rest, base)


def _thing_table(kind: SheetKind, grid: Grid, faults: Faults) -> ThingTable | None:
    language = next(language for language, title in kind.title.by_language.items() if title == grid.name)
    known: dict[str, str | Column] = {}
    for reader in kind.title.by_language:
        known |= {head(name).within(reader): name for name in FIXED}
        known |= {column.title.within(reader): column for column in kind.columns}
    fixed: dict[str, int] = {}
    columns: dict[int, Column] = {}
    first = grid.rows[0] if grid.rows else ()
    for index, cell in enumerate(first):
        place = Place(grid.name, 1, index + 1)
        title = cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)
        meant = known.get(title)
        if not title:
            if any(cell_of(row, index) is not None for row in grid.rows[1:]):
                faults.say(place, "a column with values, but without a head.", "Give it its head back, or take it out.")
        elif meant is None:
            near = did_you_mean(title, known) if len(title) > 2 else ""
            hint = "Did you mean {near}?" if near else "Take the column out."
            faults.say(place, 'unknown column "{title}".', hint, title=title, near=near)
        elif meant in fixed or meant in columns.values():
            faults.say(place, 'the column "{title}" is there twice.', "Keep one.", title=title)
        elif isinstance(meant, Column):
            columns[index] = meant
        else:
            fixed[meant] = index
    for block in grid.merged:
        faults.say(
            Place(grid.name, block.top, block.left),
            "the cells {cells} are merged.",
            "Unmerge them, and give every row its own value.",
            cells=block,
        )
    lacking = [title for title in heads(kind, language) if known[title] not in [*fixed, *columns.values()]]
    lacking = [title for title in lacking if known[title] != "origin"]
    for title in lacking:
        faults.say(
            Place(grid.name, 1, 1),
            'the column "{title}" is missing.',
            "Put it back; to leave its values as they are, leave the column as it is.",
            title=title,
        )
    return ThingTable(kind, grid, fixed, columns) if "code" in fixed and "file" in fixed else None
